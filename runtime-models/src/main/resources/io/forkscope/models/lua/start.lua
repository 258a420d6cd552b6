-- start.lua PROGRAM BYTES [incremental]: runs a program, with the collector of lua5.4 where it
-- stands in a script of some fifty lines that has not collected by itself.
package.cpath = './?.so'
local F = require 'forkscope'
local program = assert(loadfile(arg[1]))
local function used() return collectgarbage('count') * 1024 // 1 | 0 end
local function fill() return ('x'):rep(arg[2] - used()) end
for i = 1, 64 do local s = 'n' .. i end -- doubles the table of short strings
local pad
if arg[3] then
  collectgarbage(arg[3]) collectgarbage()
  pad = fill()
  collectgarbage()
else
  collectgarbage('step') collectgarbage('step') -- frees what loading has left
  pad = fill()
  collectgarbage('stop')
  local room = F.array(math.max(0, 34330 - used()) // 16)
  collectgarbage('restart') collectgarbage('step') -- the next one is due a fifth above this
  room.gone = true -- gives the array back
  pad = { pad, ('x'):rep(2200) } -- what loading has left in a script that has not collected
  pad[2] = nil
end
program(F)
