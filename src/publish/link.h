/* link.h - the one part of the writer that the desk does for others. */
#ifndef LEDE_PUBLISH_LINK_H
#define LEDE_PUBLISH_LINK_H

#include "lede/release.h"

/* Makes path in the standby tree a hard link of the live tree's file. */
LEDE_MUST_CHECK lede_status lede__release_link(lede_release_writer *w, lede_str path, lede_error *err);

#endif
