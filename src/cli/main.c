/* main.c - the program: a worker when told so by its first argument, else the desk with the command line. */
#include "bind/desk.h"
#include "bind/worker.h"

#include <string.h>

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "--worker") == 0)
        return lede__worker_main();
    return lede__desk_main(argc, argv);
}
