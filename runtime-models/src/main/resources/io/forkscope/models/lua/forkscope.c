/* fork and marks for Lua 5.4. Declares what it uses of Lua's C interface, so that no header of Lua
 * is needed. Source: Lua 5.4 lua.h and lauxlib.h. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct lua_State lua_State;
typedef int (*lua_CFunction)(lua_State *);
extern void lua_pushinteger(lua_State *, long long);
extern long long luaL_checkinteger(lua_State *, int);
extern void lua_createtable(lua_State *, int, int);
extern void lua_pushcclosure(lua_State *, lua_CFunction, int);
extern void lua_setfield(lua_State *, int, const char *);

static int do_fork(lua_State *L) {
  lua_pushinteger(L, fork());
  return 1;
}

static int do_mark(lua_State *L) {
  (void)L;
  kill(getpid(), SIGSTOP);
  return 0;
}

static int do_wait(lua_State *L) {
  int status = -1;
  waitpid((pid_t)luaL_checkinteger(L, 1), &status, 0);
  lua_pushinteger(L, status);
  return 1;
}

static int do_kill(lua_State *L) {
  kill((pid_t)luaL_checkinteger(L, 1), SIGKILL);
  return 0;
}

static int do_sleep(lua_State *L) {
  (void)L;
  for (;;) pause();
}

static int do_exit(lua_State *L) { _exit((int)luaL_checkinteger(L, 1)); }

static int do_array(lua_State *L) {
  lua_createtable(L, (int)luaL_checkinteger(L, 1), 0);
  return 1;
}

static void add(lua_State *L, const char *name, lua_CFunction function) {
  lua_pushcclosure(L, function, 0);
  lua_setfield(L, -2, name);
}

int luaopen_forkscope(lua_State *L) {
  lua_createtable(L, 0, 7);
  add(L, "fork", do_fork);
  add(L, "mark", do_mark);
  add(L, "wait", do_wait);
  add(L, "kill", do_kill);
  add(L, "sleep", do_sleep);
  add(L, "exit", do_exit);
  add(L, "array", do_array);
  return 1;
}
