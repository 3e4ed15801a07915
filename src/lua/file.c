/* core.file: the files of a folder, for connections kept as code. Each function returns nil, a
 * message and the number of the system's error (0: none) when it fails. */
#include "file/file.h"

#include <string.h>

#include "lua/compat.h"
#include "lua/parts.h"
#include "lua/type.h"

enum { LISTING_MAX = 64 * 1024 * 1024 };

static const char type_name[] = "personalize.bytes";

/* Pushes a userdata that owns bytes while they become Lua strings, which may raise. */
static pz_buffer *new_box(lua_State *L, size_t bound)
{
    pz_buffer *buffer = lua_newuserdatauv(L, sizeof *buffer, 0);
    pz_buffer_init(buffer, bound);
    luaL_setmetatable(L, type_name);
    return buffer;
}

static int box_gc(lua_State *L)
{
    pz_buffer_free(luaL_checkudata(L, 1, type_name));
    return 0;
}

/* Whether the first arguments are paths and names without zero bytes, where the system would cut
 * them. They may come from a file: that they hold one is no misuse. */
static bool are_paths(lua_State *L, int count)
{
    for (int index = 1; index <= count; index++) {
        size_t length;
        if (strlen(luaL_checklstring(L, index, &length)) != length)
            return false;
    }
    return true;
}

static int refuse_path(lua_State *L)
{
    lua_pushnil(L);
    lua_pushliteral(L, "holds a zero byte");
    lua_pushinteger(L, 0);
    return 3;
}

static int fail(lua_State *L, const pz_file_failure *failure)
{
    lua_pushnil(L);
    lua_pushstring(L, failure->message);
    lua_pushinteger(L, failure->error);
    return 3;
}

static int succeed(lua_State *L, bool done, const pz_file_failure *failure)
{
    if (!done)
        return fail(L, failure);
    lua_pushboolean(L, 1);
    return 1;
}

typedef bool read_function(const char *folder, const char *path, pz_buffer *out,
                           pz_file_failure *failure);

static int read_by(lua_State *L, read_function *read)
{
    if (!are_paths(L, 2))
        return refuse_path(L);
    const char *folder = lua_tostring(L, 1), *path = lua_tostring(L, 2);
    lua_Number most = luaL_checknumber(L, 3);
    luaL_argcheck(L, most >= 0 && most < 2147483647, 3, "out of range");
    pz_file_failure failure;
    /* one byte more, to see the end of a file of exactly that size */
    pz_buffer *buffer = new_box(L, (size_t)most + 1);
    if (!read(folder, path, buffer, &failure))
        return fail(L, &failure);
    lua_pushlstring(L, buffer->length > 0 ? buffer->bytes : "", buffer->length);
    pz_buffer_free(buffer);
    return 1;
}

/* read(folder, name, most) */
static int read_file(lua_State *L)
{
    return read_by(L, pz_file_read);
}

/* read_below(folder, path, most) */
static int read_file_below(lua_State *L)
{
    return read_by(L, pz_file_read_below);
}

/* write(folder, name, bytes, mode) */
static int write_file(lua_State *L)
{
    size_t length;
    if (!are_paths(L, 2))
        return refuse_path(L);
    const char *folder = lua_tostring(L, 1), *name = lua_tostring(L, 2);
    const char *bytes = luaL_checklstring(L, 3, &length);
    lua_Integer mode = luaL_optinteger(L, 4, 0666);
    pz_file_failure failure;
    return succeed(L, pz_file_write(folder, name, bytes, length, (mode_t)mode & 0777, &failure),
                   &failure);
}

/* mode(path): the bits of its permissions, and true if this user owns it */
static int mode_of_file(lua_State *L)
{
    if (!are_paths(L, 1))
        return refuse_path(L);
    const char *path = lua_tostring(L, 1);
    pz_file_failure failure;
    mode_t mode;
    bool is_own;
    if (!pz_file_mode(path, &mode, &is_own, &failure))
        return fail(L, &failure);
    lua_pushinteger(L, (lua_Integer)mode);
    lua_pushboolean(L, is_own);
    return 2;
}

static int remove_file(lua_State *L)
{
    if (!are_paths(L, 2))
        return refuse_path(L);
    const char *folder = lua_tostring(L, 1), *name = lua_tostring(L, 2);
    pz_file_failure failure;
    return succeed(L, pz_file_remove(folder, name, &failure), &failure);
}

static int make_folder(lua_State *L)
{
    if (!are_paths(L, 1))
        return refuse_path(L);
    const char *path = lua_tostring(L, 1);
    pz_file_failure failure;
    return succeed(L, pz_file_make_folder(path, &failure), &failure);
}

static const char *kind_name(char kind)
{
    return kind == 'f' ? "file" : kind == 'd' ? "folder" : kind == 'l' ? "link" : "other";
}

/* list(folder): a table from names to kinds */
static int list_folder(lua_State *L)
{
    if (!are_paths(L, 1))
        return refuse_path(L);
    const char *folder = lua_tostring(L, 1);
    pz_file_failure failure;
    pz_buffer *buffer = new_box(L, LISTING_MAX);
    if (!pz_file_list(folder, buffer, &failure))
        return fail(L, &failure);
    lua_newtable(L);
    for (size_t at = 0; at < buffer->length;) {
        const char *name = buffer->bytes + at + 1;
        lua_pushstring(L, kind_name(buffer->bytes[at]));
        lua_setfield(L, -2, name);
        at += strlen(name) + 2;
    }
    pz_buffer_free(buffer);
    return 1;
}

static const char lock_type_name[] = "personalize.folder_lock";

/* release, __gc and __close */
static int release_lock(lua_State *L)
{
    pz_file_lock_release(luaL_checkudata(L, 1, lock_type_name));
    return 0;
}

static const luaL_Reg lock_methods[] = {
    {"release", release_lock}, {"__gc", release_lock}, {"__close", release_lock}, {NULL, NULL}};

/* lock(folder, name, purpose): a lock with release(); or nil, a message, the error's number, and
 * "busy" (the message is the holder's text), "unsupported" or "failed" */
static int lock_folder(lua_State *L)
{
    static const char *const kinds[] = {"held", "busy", "unsupported", "failed"};
    if (!are_paths(L, 2)) {
        refuse_path(L);
        lua_pushstring(L, kinds[PZ_FILE_LOCK_FAILED]);
        return 4;
    }
    const char *folder = lua_tostring(L, 1), *name = lua_tostring(L, 2);
    const char *purpose = luaL_checkstring(L, 3);
    pz_file_failure failure;
    pz_file_lock *lock = lua_newuserdatauv(L, sizeof *lock, 0);
    lock->fd = -1;
    luaL_setmetatable(L, lock_type_name);
    pz_file_lock_result result = pz_file_lock_acquire(lock, folder, name, purpose, &failure);
    if (result == PZ_FILE_LOCK_HELD)
        return 1;
    fail(L, &failure);
    lua_pushstring(L, kinds[result]);
    return 4;
}

/* clear(folder): removes temporary files of killed writers */
static int clear_folder(lua_State *L)
{
    if (!are_paths(L, 1))
        return refuse_path(L);
    const char *folder = lua_tostring(L, 1);
    pz_file_failure failure;
    return succeed(L, pz_file_clear_temporaries(folder, &failure), &failure);
}

static const luaL_Reg box_functions[] = {{"__gc", box_gc}, {NULL, NULL}};

static const luaL_Reg functions[] = {
    {"read", read_file},
    {"write", write_file},
    {"remove", remove_file},
    {"make_folder", make_folder},
    {"list", list_folder},
    {"lock", lock_folder},
    {"clear", clear_folder},
    {"mode", mode_of_file},
    {"read_below", read_file_below},
    {NULL, NULL},
};

int pz_lua_open_file(lua_State *L)
{
    pz_lua_register_type(L, type_name, box_functions);
    pz_lua_register_type(L, lock_type_name, lock_methods);
    luaL_newlib(L, functions);
    return 1;
}
