/* fork, marks and addresses for Lua 5.4. Declares what it uses of Lua's C interface, so that no header of Lua
 * is needed. Source: Lua 5.4 lua.h and lauxlib.h. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct lua_State lua_State;
typedef int (*lua_CFunction)(lua_State *);
extern void lua_pushinteger(lua_State *, long long);
extern long long luaL_checkinteger(lua_State *, int);
extern void lua_createtable(lua_State *, int, int);
extern void lua_pushcclosure(lua_State *, lua_CFunction, int);
extern void lua_setfield(lua_State *, int, const char *);
extern int lua_type(lua_State *, int);
extern int lua_gettop(lua_State *);
extern void lua_settop(lua_State *, int);
extern void lua_pushnil(lua_State *);
extern int lua_next(lua_State *, int);
extern const void *lua_topointer(lua_State *, int);
extern void *lua_upvalueid(lua_State *, int, int);
extern const char *lua_pushfstring(lua_State *, const char *, ...);
extern const char *lua_tolstring(lua_State *, int, size_t *);
extern long long lua_tointegerx(lua_State *, int, int *);
extern void luaL_checkstack(lua_State *, int, const char *);
extern const char *luaL_checklstring(lua_State *, int, size_t *);
extern int luaL_error(lua_State *, const char *, ...);
enum { LUA_TSTRING = 4, LUA_TTABLE, LUA_TFUNCTION };

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

/* Where objects lie: tell(path, value) notes it and what it holds, by column; tell() writes a line
 * a column, and where the heap begins. Source: Lua 5.4 lobject.h, Table; ltable.c, isdummy. */
struct table {
  void *next;
  unsigned char tt, marked, flags, lsizenode;
  unsigned int alimit;
  void *array, *node, *lastfree;
};

static struct column {
  char *name, *text;
  size_t bytes;
  FILE *out;
  struct column *next;
} *columns;

static void note(const char *name, const void *address) {
  struct column *column = columns;
  while (column && strcmp(column->name, name)) column = column->next;
  if (!column) {
    column = calloc(1, sizeof *column);
    column->name = strdup(name);
    column->out = open_memstream(&column->text, &column->bytes);
    column->next = columns;
    columns = column;
  }
  fprintf(column->out, " %lu", (unsigned long)address);
}

static void note_value(lua_State *L, const char *path, int at) {
  int type = lua_type(L, at), top = lua_gettop(L);
  luaL_checkstack(L, 5, path);
  if (type >= LUA_TSTRING) note(path, lua_topointer(L, at));
  if (type == LUA_TFUNCTION)
    note(lua_pushfstring(L, "%s:upvalue", path), lua_upvalueid(L, at, 1));
  if (type == LUA_TTABLE) {
    const struct table *table = lua_topointer(L, at);
    if (table->array) note(lua_pushfstring(L, "%s:array", path), table->array);
    if (table->lastfree) note(lua_pushfstring(L, "%s:nodes", path), table->node);
    lua_pushnil(L);
    while (lua_next(L, at)) {
      int value = lua_gettop(L);
      if (lua_type(L, value - 1) == LUA_TSTRING)
        lua_pushfstring(L, "%s.%s", path, lua_tolstring(L, value - 1, 0));
      else
        lua_pushfstring(L, "%s.%I", path, lua_tointegerx(L, value - 1, 0) - 1);
      note_value(L, lua_tolstring(L, value + 1, 0), value);
      lua_settop(L, value - 1);
    }
  }
  lua_settop(L, top);
}

int tell(lua_State *L) {
  if (lua_gettop(L) == 2) {
    note_value(L, luaL_checklstring(L, 1, 0), 2);
    return 0;
  }
  char line[256];
  FILE *maps = fopen("/proc/self/maps", "r");
  if (!maps) return luaL_error(L, "/proc/self/maps cannot be read");
  while (columns && fgets(line, sizeof line, maps))
    if (strstr(line, "[heap]")) note("heap", (void *)strtoul(line, 0, 16));
  fclose(maps);
  FILE *file = fopen("addresses", "w");
  if (!file) return luaL_error(L, "the file of addresses cannot be written");
  for (struct column *column = columns; column; column = column->next) {
    fclose(column->out);
    fprintf(file, "%s%s\n", column->name, column->text);
  }
  fclose(file);
  return 0;
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
