/* desk.h - the main process: a desk VM with every module, and the command line handed to it. */
#ifndef LEDE_BIND_DESK_H
#define LEDE_BIND_DESK_H

/* Runs lede/cli.lua with the arguments. Returns the exit status. */
int lede__desk_main(int argc, char **argv);

#endif
