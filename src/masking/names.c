/* The lists of names. Comparing ignores case and all but letters and digits. */
#include "masking/names.h"

#include <string.h>

/* A longer name is judged by its beginning. */
enum { NAME_MAX_BYTES = 256 };

/* Whole names that are also ordinary words. */
static const char *const weak[] = {
    "key", "auth", "pass", "sig",    "signature", "session", "sid", "pin",
    "otp", "hmac", "jwt",  "bearer", "assertion", "cookie",  "sas", NULL,
};

static const char *const whole[] = {
    "authorization", "proxyauthorization", "setcookie", "pwd", "passphrase", "sessionid", "appid",
    "xauth",         "clientassertion",    NULL,
};

/* Parts of names. */
static const char *const parts[] = {
    "secret",    "password",        "passwd",       "passphrase", "token",         "apikey",
    "accesskey", "privatekey",      "accountkey",   "credential", "authkey",       "signingkey",
    "sharedkey", "subscriptionkey", "functionskey", "licensekey", "encryptionkey", "authorization",
    "cookie",    "webhookkey",      "masterkey",    NULL,
};

/* Ends of names: elsewhere in a name they may be parts of other words, as in "userKeywords". */
static const char *const endings[] = {"appkey", "applicationkey", "userkey", "signature", NULL};

/* Names that sound like credentials and are none. */
static const char *const harmless[] = {
    "clientkey",         "accesstokenurl",   "tokenurl",
    "tokentype",         "tokenendpoint",    "tokenttl",
    "tokencount",        "tokenlimit",       "expiresin",
    "maxtokens",         "totaltokens",      "prompttokens",
    "inputtokens",       "completiontokens", "outputtokens",
    "publickey",         "tokenexpires",     "authorizationurl",
    "authorizationtype", "passwordpolicy",   "tokenizer",
    "tokenization",      "secretary",        "cookiepolicy",
    "cookieconsent",     "passwordreset",    NULL,
};

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes percent escapes, and keeps letters and digits only, in lower case. Returns the length. */
static size_t normalize(const char *name, size_t length, char *out)
{
    size_t written = 0;
    for (size_t i = 0; i < length && written < NAME_MAX_BYTES; i++) {
        char c = name[i];
        if (c == '%' && length - i > 2 && hex_digit(name[i + 1]) >= 0 &&
            hex_digit(name[i + 2]) >= 0) {
            c = (char)(hex_digit(name[i + 1]) * 16 + hex_digit(name[i + 2]));
            i += 2;
        }
        if (c >= 'A' && c <= 'Z')
            c = (char)(c + ('a' - 'A'));
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            out[written++] = c;
    }
    return written;
}

static bool is_one_of(const char *name, size_t length, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (strlen(*list) == length && memcmp(*list, name, length) == 0)
            return true;
    }
    return false;
}

static bool has_part(const char *name, size_t length)
{
    for (const char *const *part = parts; *part != NULL; part++) {
        size_t known = strlen(*part);
        for (size_t i = 0; i + known <= length; i++) {
            if (name[i] == **part && memcmp(name + i, *part, known) == 0)
                return true;
        }
    }
    return false;
}

static bool has_ending(const char *name, size_t length)
{
    for (const char *const *end = endings; *end != NULL; end++) {
        size_t known = strlen(*end);
        if (length >= known && memcmp(name + length - known, *end, known) == 0)
            return true;
    }
    return false;
}

pz_name_kind pz_name_kind_of(const char *name, size_t length)
{
    char normal[NAME_MAX_BYTES];
    size_t written = normalize(name, length, normal);
    if (is_one_of(normal, written, harmless))
        return PZ_NAME_PLAIN;
    if (is_one_of(normal, written, weak))
        return PZ_NAME_WEAK;
    return is_one_of(normal, written, whole) || has_part(normal, written) ||
                   has_ending(normal, written)
               ? PZ_NAME_CREDENTIAL
               : PZ_NAME_PLAIN;
}
