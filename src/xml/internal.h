/* internal.h - what the files of the xml room share. */
#ifndef LEDE_XML_INTERNAL_H
#define LEDE_XML_INTERNAL_H

#include <expat.h>

/* Makes encoding known to expat when it is windows-1252: of expat's own, those that everybody reads
 * are left to it (XML_SetUnknownEncodingHandler). */
int lede__xml_encoding(void *ctx, const XML_Char *name, XML_Encoding *encoding);

#endif
