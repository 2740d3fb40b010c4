/* guard.c - the special-purpose registries of IANA, as far as they are not global. See net/guard.h.
 */
#include "net/guard.h"

#include "base/banned.h"

#include <arpa/inet.h>
#include <netinet/in.h>

static uint32_t word(const uint8_t *b) {
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | (uint32_t)b[3];
}

static bool v4_public(uint32_t address) {
    static const struct {
        uint32_t net;
        int bits;
    } refused[] = {
        {0x00000000, 8},  /* this network */
        {0x0A000000, 8},  /* private */
        {0x64400000, 10}, /* shared, of carriers */
        {0x7F000000, 8},  /* this machine */
        {0xA9FE0000, 16}, /* of a link; the metadata of clouds */
        {0xAC100000, 12}, /* private */
        {0xC0000000, 24}, /* protocols */
        {0xC0000200, 24}, /* documentation */
        {0xC0586300, 24}, /* 6to4 relays, of old */
        {0xC0A80000, 16}, /* private */
        {0xC6120000, 15}, /* benchmarks */
        {0xC6336400, 24}, /* documentation */
        {0xCB007100, 24}, /* documentation */
        {0xE0000000, 4},  /* multicast */
        {0xF0000000, 4},  /* reserved, broadcast */
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (address >> (32 - refused[i].bits) == refused[i].net >> (32 - refused[i].bits))
            return false;
    return true;
}

static bool v6_public(const uint8_t *b) {
    if ((b[0] & 0xE0) != 0x20) /* 2000::/3 is all that is global unicast: ::1, mapped, fc00::/7,
                                  fe80::/10 are not in it */
        return false;
    const uint32_t first = word(b);
    if (first >> 9 == 0x20010000 >> 9) /* 2001::/23: protocols, Teredo among them */
        return false;
    if (first == 0x20010DB8 || first >> 12 == 0x3FFF0000 >> 12) /* documentation */
        return false;
    return first >> 16 != 0x2002; /* 6to4 leads to any IPv4 address */
}

bool lede__guard_allows(const struct sockaddr *address) {
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof in);
        return v4_public(ntohl(in.sin_addr.s_addr));
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 in;
        memcpy(&in, address, sizeof in);
        return v6_public(in.sin6_addr.s6_addr);
    }
    return false;
}

static bool is_bad(unsigned char c) { return c <= ' ' || c == 0x7F || c == '\\'; }

lede_status lede__guard_url(lede_str url, lede_error *err) {
    const size_t colon = lede_str_find(url, ':', 0);
    const lede_str scheme = {url.ptr, colon};
    for (size_t i = 0; i < url.len; i++)
        if (is_bad((unsigned char)url.ptr[i]))
            return lede_fail(err, LEDE_EINVAL,
                             "an address holds no blanks, control characters or backslashes");
    if (!lede_str_eq_nocase(scheme, LEDE_STR("http")) &&
        !lede_str_eq_nocase(scheme, LEDE_STR("https")))
        return lede_fail(err, LEDE_EINVAL, "only http:// and https:// are fetched, not '%.*s'",
                         (int)(url.len < 200 ? url.len : 200), url.ptr ? url.ptr : "");
    if (!lede_str_starts(lede_str_sub(url, colon), "://") || url.len <= colon + 3 ||
        url.ptr[colon + 3] == '/')
        return lede_fail(err, LEDE_EINVAL, "'%.*s' names no host",
                         (int)(url.len < 200 ? url.len : 200), url.ptr);
    return LEDE_OK;
}
