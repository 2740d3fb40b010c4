/* Where modules come from, and where they never come from. */
#include "script_test.h"

#include "sys/sys.h"

#include <unistd.h>

static char root[64];

static void put(const char *path, const char *text) {
    char full[512], dir[512];
    snprintf(full, sizeof full, "%s/%s", root, path);
    snprintf(dir, sizeof dir, "%s", full);
    *strrchr(dir, '/') = '\0';
    if (lede__make_dirs(dir, &last) || lede__write_file(full, lede_str_of(text), false, &last))
        fail_msg("%s", last.message);
}

static int make_tree(void **state) {
    (void)state;
    snprintf(root, sizeof root, "/tmp/lede-require-XXXXXX");
    if (!mkdtemp(root))
        return -1;
    put("site/plugins/own/init.lua", "return 'site own'");
    put("site/plugins/both/init.lua", "return 'site both'");
    put("site/lib/tools.lua", "return 'site lib'");
    put("site/lib/quiet.lua", "local x = 1");
    put("site/lib/wrong.lua", "\nlocal = 1");
    put("site/lib/raises.lua", "error('at load')");
    put("site/lib/cycle.lua", "return require('lib.cycle2')");
    put("site/lib/cycle2.lua", "return require('lib.cycle')");
    put("site/lib/byte.lua", "\x1bLua");
    put("installed/both/init.lua", "return 'installed both'");
    put("installed/both/part.lua", "return 'installed part'");
    put("installed/there/init.lua", "return (...)");
    put("cwd/here.lua", "return 'cwd'");
    put("cwd/lib/here.lua", "return 'cwd'");
    put("cwd/plugins/here/init.lua", "return 'cwd'");
    put("cwd/lede/here.lua", "return 'cwd'");
    return 0;
}

static int remove_tree(void **state) {
    (void)state;
    return lede__remove_tree(root, NULL);
}

static lede_vm *open_site(lede_vm_kind kind) {
    char site[128], installed[128];
    snprintf(site, sizeof site, "%s/site", root);
    snprintf(installed, sizeof installed, "%s/installed", root);
    return open_vm_with(kind, 0, site, installed);
}

static void modules_are_found(void **state) {
    (void)state;
    for (int kind = LEDE_VM_DESK; kind <= LEDE_VM_PAGE; kind++) {
        lede_vm *vm = open_site(kind);
        expect_result(vm, "return require('plugins.own')", "site own");
        expect_result(vm, "return require('plugins.both')", "site both");
        expect_result(vm, "return require('plugins.both.part')", "installed part");
        expect_result(vm, "return require('plugins.there')", "plugins.there");
        expect_result(vm, "return require('lib.tools')", "site lib");
        expect_result(vm, "return require('lib.quiet')", "true");
        expect_result(vm, "return require('lede') == lede", "true");
        expect_result(vm, "return type(require('lede.template').new)", "function");
        expect_result(vm, "return require('lede.suggest') == lede.suggest", "true");
        lede_vm_close(vm);
    }
}

static void failures_say_what_and_where(void **state) {
    (void)state;
    lede_vm *vm = open_site(LEDE_VM_PAGE);
    expect_error(vm, "require('lib.absent')", "lib.absent");
    expect_error(vm, "require('lib.wrong')", "lib/wrong.lua:2:");
    expect_error(vm, "require('lib.raises')", "lib/raises.lua:1: at load");
    expect_error(vm, "require('lib.raises')",
                 "lib/raises.lua:1: at load"); /* again, not "loading" */
    expect_error(vm, "require('lib.cycle')", "requires itself");
    expect_error(vm, "require('lib.cycle2')", "requires itself");
    expect_error(vm, "require('lib.byte')", "binary chunk");
    lede_vm_close(vm);
}

static void nothing_comes_from_the_working_directory(void **state) {
    (void)state;
    static const char *const names[] = {
        "here",     "lib.here", "plugins.here", "lede.here", "./here", "..cwd.here",
        "cwd.here", ".here",    "here.",        "lib..here", "",       "lib/here"};
    char cwd[128], before[4096];
    assert_non_null(getcwd(before, sizeof before));
    snprintf(cwd, sizeof cwd, "%s/cwd", root);
    assert_int_equal(chdir(cwd), 0);
    assert_int_equal(setenv("LUA_PATH", "./?.lua", 1), 0);
    for (int kind = LEDE_VM_DESK; kind <= LEDE_VM_PAGE; kind++) {
        lede_vm *with = open_site(kind), *without = open_vm(kind);
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            char source[128];
            snprintf(source, sizeof source, "require('%s')", names[i]);
            expect_error(with, source, "module");
            expect_error(without, source, "module");
        }
        lede_vm_close(with);
        lede_vm_close(without);
    }
    unsetenv("LUA_PATH");
    assert_int_equal(chdir(before), 0);
}

static void installed_plugins_are_sought_in_order(void **state) {
    (void)state;
    char dir[128];
    snprintf(dir, sizeof dir, "%s/installed", root);
    assert_int_equal(setenv("LEDE_PLUGINS", dir, 1), 0);
    lede_vm *vm = open_vm_with(LEDE_VM_PAGE, 0, NULL, NULL);
    assert_string_equal(lede_vm_plugin_dir(vm), dir);
    expect_result(vm, "return require('plugins.both')", "installed both");
    lede_vm_close(vm);
    vm = open_vm_with(LEDE_VM_PAGE, 0, NULL, "/option");
    assert_string_equal(lede_vm_plugin_dir(vm), "/option");
    lede_vm_close(vm);
    unsetenv("LEDE_PLUGINS");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(modules_are_found),
        cmocka_unit_test(failures_say_what_and_where),
        cmocka_unit_test(nothing_comes_from_the_working_directory),
        cmocka_unit_test(installed_plugins_are_sought_in_order),
    };
    return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
