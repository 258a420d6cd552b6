# Writes where the scalars of a script lie, a line a column: a name, then addresses. The column
# 0.1.head holds the heads of the second part of each element of the first population; heap is where
# the C heap begins. Not told:
# blocks of arrays, buckets, entries and bodies of hashes, which only freeing writes.
# Source: perl 5.36 sv.h (head, types, flags), sv_inline.h (bodies begin at xpv_cur), hv.h.
package Tell;
use strict;
use warnings;

my %told;

sub peek { my ($at, $what, $bytes) = @_; return unpack $what, unpack "P$bytes", pack 'Q', $at }

sub scalar_at {
  my ($path, $scalar) = @_;
  my $head = 0 + $scalar;
  my ($any, $flags, $value) = peek($head, 'Qx4LQ', 24);
  my $type = $flags & 0xff;
  $told{"$path.head"} .= " $head";
  if ($type == 3 || $type == 5 || $type == 6) { # SVt_PV, SVt_PVIV, SVt_PVNV
    $told{"$path.body"} .= ' ' . ($any + 16);
    $told{"$path.block"} .= " $value" if peek($any + 24, 'Q', 8); # xpv_len
  }
  if ($flags & 0x800) { # SVf_ROK
    $told{"$path.referent"} .= " $value";
    my $of = $$scalar;
    if ((peek($value, 'x12L', 16) & 0xff) == 11) { # SVt_PVAV
      scalar_at("$path.$_", \$$of[$_]) for 0 .. $#$of;
    } else {
      scalar_at("$path.$_", \$$of{$_}) for keys %$of;
    }
  }
}

sub elements { my ($path, $array) = @_; scalar_at($path, \$_) for @$array }

sub entries { # in the order of the buckets
  my ($path, $hash) = @_;
  my ($any, $buckets) = peek(0 + $hash, 'Qx8Q', 24);
  return if !$buckets;
  for my $bucket (0 .. peek($any, 'x24Q', 32)) { # xhv_max
    my $entry = peek($buckets + 8 * $bucket, 'Q', 8);
    while ($entry) {
      ($entry, my $key, my $value) = peek($entry, 'QQQ', 24);
      $told{"$path.key"} .= " $key";
      $told{"$path.head"} .= " $value";
    }
  }
}

sub finish {
  return if !%told;
  no warnings 'portable'; # addresses of more than 32 bits
  open my $maps, '<', '/proc/self/maps' or die $!;
  while (<$maps>) { $told{heap} = ' ' . hex $1 if /^(\w+)-.*\[heap\]/ }
  open my $file, '>', 'addresses' or die $!;
  print $file "$_$told{$_}\n" for sort keys %told;
  close $file or die $!;
}

1;
