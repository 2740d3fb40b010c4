/* guard.h - which addresses a fetch on behalf of content may reach: public ones. Pure. */
#ifndef LEDE_NET_GUARD_H
#define LEDE_NET_GUARD_H

#include "lede/text.h"

#include <sys/socket.h>

/* Whether an address is of the public internet: not of this machine, a private or shared network, a
 * link, a multicast group, a tunnel, a documentation or test range. Asked of the address that is
 * connected to, so that neither a name nor a redirect leads around it. */
bool lede__guard_allows(const struct sockaddr *address);
/* Whether a URL is one to fetch: http or https, with a host, without blanks, controls and
 * backslashes, by which parsers disagree about the host. LEDE_EINVAL. */
LEDE_MUST_CHECK lede_status lede__guard_url(lede_str url, lede_error *err);

#endif
