package io.forkscope.models.lua;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The short strings that a script makes when it is loaded: its names and texts. */
final class LuaNames {

  /** What lua5.4 5.4.4 holds before a script: read from its tables; and llex.c's words. */
  private static final Set<String> KNOWN =
      Set.of(
          ("_CLIBS _ENV _G _IO_input _IO_output _LOADED _PRELOAD _VERSION __add __close __eq "
                  + "__gc __index __len __mode __name __newindex __tostring abs acos and arg asin assert "
                  + "atan atan2 boolean break byte ceil char charpattern clock close codepoint codes "
                  + "collectgarbage concat config coroutine cos cosh cpath create date debug deg "
                  + "difftime do dofile dump else elseif end error execute exit exp false find floor "
                  + "flush fmod for format frexp function getenv gethook getinfo getlocal getmetatable "
                  + "getregistry getupvalue getuservalue gmatch goto gsub huge if in input insert io "
                  + "ipairs isyieldable ldexp len lines load loaded loadfile loadlib local log log10 "
                  + "lower match math max maxinteger min mininteger modf move next nil not number offset "
                  + "open or os output pack package packsize pairs path pcall pi popen pow preload print "
                  + "rad random randomseed rawequal rawget rawlen rawset read remove rename rep repeat "
                  + "require resume return reverse running searchers searchpath seek select "
                  + "setcstacklimit sethook setlocal setlocale setmetatable setupvalue setuservalue "
                  + "setvbuf sin sinh sort sqrt status stderr stdin stdout string sub table tan tanh "
                  + "then thread time tmpfile tmpname tointeger tonumber tostring traceback true type "
                  + "ult unpack until upper upvalueid upvaluejoin userdata utf8 warn while wrap write "
                  + "xpcall yield")
              .split(" "));

  private static final Pattern NAME = Pattern.compile("'([^']*)'|([A-Za-z_]\\w*)");

  private LuaNames() {}

  /** How many short strings a script names that were not there before. */
  static int countNew(String source) {
    Set<String> names = new HashSet<>();
    for (Matcher m = NAME.matcher(source); m.find(); ) {
      String name = m.group(1) != null ? m.group(1) : m.group(2);
      if (name.length() <= LuaSizes.LONGEST_SHORT && !KNOWN.contains(name)) {
        names.add(name);
      }
    }
    return names.size();
  }
}
