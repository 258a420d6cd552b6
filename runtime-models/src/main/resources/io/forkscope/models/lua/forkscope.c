/* fork, marks, a start and addresses for Lua 5.4. Declares what it uses of Lua's C interface, so that no header of Lua
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
extern long long luaL_optinteger(lua_State *, int, long long);
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
extern int lua_gc(lua_State *, int, ...);
extern const char *lua_pushlstring(lua_State *, const char *, size_t);
extern void lua_pushboolean(lua_State *, int);
extern void lua_rawseti(lua_State *, int, long long);
extern void lua_copy(lua_State *, int, int);
enum { GC_STOP, GC_RESTART, GC_COLLECT, GC_COUNT, GC_COUNTB, GC_STEP };
enum { UPVALUES = -1000000 - 1000 }; /* LUA_REGISTRYINDEX: lua.h, luaconf.h */
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

static long used(lua_State *L) { return ((long)lua_gc(L, GC_COUNT) << 10) + lua_gc(L, GC_COUNTB); }

/* A string that brings the bytes in use to so many. Its header takes 25: lstring.h, sizelstring. */
static void fill(lua_State *L, long bytes) {
  long length = bytes - used(L) - 25;
  char *text = length < 0 ? 0 : calloc(1, length + 1);
  if (!text) {
    fprintf(stderr, "the program takes %ld bytes before it builds, its start was given %ld\n", used(L), bytes);
    exit(1);
  }
  lua_pushlstring(L, text, length);
  free(text);
}

/* What is on top of the stack stays. */
static void keep(lua_State *L, int upvalue) { lua_copy(L, -1, UPVALUES - upvalue); }

/* start(live, last, all, names, slots): where the collector stands when a build begins. It has taken its last
 * step at so many bytes in use; so many are in use, of which the next step frees some; so many short strings
 * are there beside those of the program, in a table that has room for 512; and so many more slots of an array
 * are visited by each collection.
 * start(live): the same for an incremental collector, which has just collected so that so many are in use. */
static int do_start(lua_State *L) {
  long live = luaL_checkinteger(L, 1), names = luaL_optinteger(L, 4, 0);
  int incremental = lua_gettop(L) == 1;
  lua_settop(L, 5);
  lua_createtable(L, (int)luaL_optinteger(L, 5, 0), 0);
  keep(L, 1);
  for (long i = 1; i <= names + 64; i++) {
    lua_pushfstring(L, "\1%I", i);
    if (i <= names) lua_rawseti(L, 6, i);
    lua_settop(L, 6);
  }
  if (incremental) {
    lua_gc(L, GC_COLLECT);
    fill(L, live);
    keep(L, 2);
    lua_gc(L, GC_RESTART);
    lua_gc(L, GC_COLLECT);
    return 0;
  }
  long last = luaL_checkinteger(L, 2), all = luaL_checkinteger(L, 3);
  lua_gc(L, GC_STEP, 0);
  lua_gc(L, GC_STEP, 0); /* frees what loading has left */
  fill(L, live);
  keep(L, 2);
  lua_createtable(L, (int)((last - used(L) - 500) / 16), 0);
  keep(L, 3);
  fill(L, last);
  lua_gc(L, GC_RESTART);
  lua_gc(L, GC_STEP, 0); /* the next one is due a fifth above this */
  lua_pushboolean(L, 1);
  lua_setfield(L, -3, "gone"); /* the table gives its array back */
  fill(L, all);
  return 0;
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
  for (int upvalue = 1; upvalue <= 3; upvalue++) lua_pushnil(L);
  lua_pushcclosure(L, do_start, 3);
  lua_setfield(L, -2, "start");
  return 1;
}
