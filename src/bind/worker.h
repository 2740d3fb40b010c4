/* worker.h - what `lede --worker` does. */
#ifndef LEDE_BIND_WORKER_H
#define LEDE_BIND_WORKER_H

/* Serves the desk on file descriptors 0 and 1 until it hangs up. Returns the exit status. */
int lede__worker_main(void);

#endif
