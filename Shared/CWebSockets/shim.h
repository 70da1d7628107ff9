#ifndef TRADEWIND_WEBSOCKETS_H
#define TRADEWIND_WEBSOCKETS_H

#include <libwebsockets.h>
#include <string.h>

// What Swift cannot say itself: options that are macros, and structures that the library wants to keep.

static inline uint64_t tradewind_lws_options(void)
{
    return LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND | LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
           LWS_SERVER_OPTION_VALIDATE_UTF8;
}

/// How many bytes have to be free before those that are written.
static inline int tradewind_lws_room(void) { return LWS_PRE; }

/// An alarm of a context: `ring` is called once, so many microseconds from now; setting it again moves it.
struct tradewind_alarm {
    lws_sorted_usec_list_t place;
};

static inline void tradewind_alarm_set(struct lws_context *context, struct tradewind_alarm *alarm,
                                       void (*ring)(lws_sorted_usec_list_t *), int64_t microseconds)
{
    lws_sul_schedule(context, 0, &alarm->place, ring, microseconds);
}

static inline void tradewind_alarm_cancel(struct tradewind_alarm *alarm) { lws_sul_cancel(&alarm->place); }

/// The options of a client: certificates of the system are trusted, and text has to be UTF-8.
static inline uint64_t tradewind_lws_client_options(void)
{
    return LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT |
           LWS_SERVER_OPTION_VALIDATE_UTF8;
}

/// After so many seconds without a sign of life a ping is sent, and after so many the connection is given up. The
/// library keeps a pointer to it.
static inline void tradewind_lws_patience(lws_retry_bo_t *patience, uint16_t ping, uint16_t hangup)
{
    memset(patience, 0, sizeof(*patience));
    patience->secs_since_valid_ping = ping;
    patience->secs_since_valid_hangup = hangup;
}


#endif
