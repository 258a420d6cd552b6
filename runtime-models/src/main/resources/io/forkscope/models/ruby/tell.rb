# Writes where the objects of a script lie, a line a column: a name, then addresses. The column 0
# holds those of each element of $d0 in turn, its parts before itself; pages the first slot of each
# heap page, in the order of the heap; free the slots that were free, unless the run has collected since.
# Source: CRuby 3.1.2 gc.c (rb_objspace_each_objects), include/ruby/internal/special_consts.h,
# symbol.h (struct RSymbol).
collections = GC.count
state = GC.latest_gc_info(:state)
GC.disable if state == :none # which would end what is under way
begin
  require 'fiddle'
rescue LoadError
  return
end

module Tell
  SLOT = 40
  FSTR = 24
  LAST_SPECIAL = 0x24

  class Page < Fiddle::Closure
    def initialize(pages)
      @pages = pages
      super(Fiddle::TYPE_INT, [Fiddle::TYPE_VOIDP, Fiddle::TYPE_VOIDP, Fiddle::TYPE_SIZE_T, Fiddle::TYPE_VOIDP])
    end

    def call(first, last, _bytes, _data)
      @pages << [first.to_i, last.to_i]
      0
    end
  end

  def self.pages
    each = Fiddle::Function.new(
      Fiddle::Handle::DEFAULT['rb_objspace_each_objects_without_setup'],
      [Fiddle::TYPE_VOIDP, Fiddle::TYPE_VOIDP], Fiddle::TYPE_VOID, need_gvl: true
    )
    pages = []
    each.call(Page.new(pages), nil)
    pages
  end

  # slots without flags; reading them takes none
  def self.free(pages)
    free = []
    text = String.new(capacity: pages.map { |first, last| last - first }.max)
    File.open('/proc/self/mem', 'rb') do |memory|
      pages.each do |first, last|
        memory.sysseek(first)
        memory.sysread(last - first, text)
        slot = 0
        while slot < last - first
          free << first + slot if text.unpack1('Q', offset: slot).zero?
          slot += SLOT
        end
      end
    end
    free
  end

  def self.value(told, value)
    at = Fiddle.dlwrap(value)
    return if at & 7 != 0 || at < LAST_SPECIAL # a special constant

    case value
    when Symbol then told << Fiddle::Pointer.new(at + FSTR)[0, 8].unpack1('Q')
    when Array, Struct then value.each { |part| value(told, part) }
    when Hash then value.each_value { |part| value(told, part) }
    when String, Integer then nil
    else value.instance_variables.each { |name| value(told, value.instance_variable_get(name)) }
    end
    told << at
  end

  def self.elements(held)
    told = []
    case held
    when Array then held.each { |element| value(told, element) }
    when Hash then held.each_key { |key| value(told, key) }
    else value(told, held)
    end
    told
  end
end

pages = Tell.pages
free = Tell.free(pages)
File.open('addresses', 'w') do |file|
  file.puts "pages #{pages.map(&:first).join(' ')}"
  file.puts "free #{free.join(' ')}" if state != :marking && GC.count == collections && !free.empty?
  (0..).each do |i|
    break unless global_variables.include?(:"$d#{i}")

    told = Tell.elements(eval("$d#{i}"))
    file.puts "#{i} #{told.join(' ')}" unless told.empty?
  end
end
