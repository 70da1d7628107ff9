// The codec's rival: protobuf-c with malloc, on the same envelopes as bench/codec/swift.
//
// One JSON line a case: the best of five runs, or of as many as the argument says, in nanoseconds of CPU a message.
// bench/codec/run compiles and runs it.
#include "envelope.pb-c.h"
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LOOPS = 1000000, TOPICS = 16 };

static int runs = 5;

static double now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time.tv_sec * 1e9 + time.tv_nsec;
}

static volatile size_t sink;

static void encode(const char *name, Tradewind__Envelope *envelope) {
    uint8_t buffer[512];
    double best = 1e18;
    for (int run = 0; run < runs; run++) {
        double start = now_ns();
        for (int index = 0; index < LOOPS; index++) {
            envelope->number = 1000000 + index;
            sink += tradewind__envelope__pack(envelope, buffer);
        }
        double each = (now_ns() - start) / LOOPS;
        if (each < best) best = each;
    }
    printf("{\"name\":\"encode %s\",\"peer\":\"protobuf-c\",\"ns\":%.1f,\"bytes\":%zu}\n", name, best,
           tradewind__envelope__get_packed_size(envelope));
}

static void decode(const char *name, Tradewind__Envelope *envelope) {
    // Messages of different topics in turn, as they come in a market.
    uint8_t buffers[TOPICS][512];
    char topic[128];
    size_t length = 0, end = strlen(envelope->topic) - 1;
    strcpy(topic, envelope->topic);
    envelope->topic = topic;
    envelope->number = 1000000;
    for (int at = 0; at < TOPICS; at++) {
        topic[end] = 'A' + at;
        length = tradewind__envelope__pack(envelope, buffers[at]);
    }
    double best = 1e18;
    for (int run = 0; run < runs; run++) {
        double start = now_ns();
        for (int index = 0; index < LOOPS; index++) {
            Tradewind__Envelope *back = tradewind__envelope__unpack(NULL, length, buffers[index % TOPICS]);
            if (!back) abort();
            sink += back->number;
            tradewind__envelope__free_unpacked(back, NULL);
        }
        double each = (now_ns() - start) / LOOPS;
        if (each < best) best = each;
    }
    printf("{\"name\":\"decode %s\",\"peer\":\"protobuf-c\",\"ns\":%.1f}\n", name, best);
}

int main(int count, char **arguments) {
    if (count > 1) runs = atoi(arguments[1]);
    Tradewind__Bar bar = TRADEWIND__BAR__INIT;
    bar.symbol = "AAPL";
    bar.span = 60000000000;
    bar.opened_at = 1704205800000000000;
    bar.open = 187250000;
    bar.high = 187400000;
    bar.low = 187100000;
    bar.close = 187300000;
    bar.volume = 1234000;
    bar.trades = 321;
    Tradewind__Quote quote = TRADEWIND__QUOTE__INIT;
    quote.symbol = "AAPL";
    quote.at = 1704205800000000000;
    quote.bid = 187250000;
    quote.ask = 187260000;
    quote.bid_size = 300000;
    quote.ask_size = 500000;
    Tradewind__Trade trade = TRADEWIND__TRADE__INIT;
    trade.symbol = "AAPL";
    trade.at = 1704205800000000000;
    trade.price = 187250000;
    trade.size = 100000;
    trade.id = 987654;

    Tradewind__Envelope envelope = TRADEWIND__ENVELOPE__INIT;
    envelope.number = 1000000;
    envelope.epoch = 3;
    envelope.sent_at = 1704205860000000000;
    envelope.origin_at = 1704205860000000000;
    envelope.sender = "feed.1";

    const char *names[] = {"bar", "quote", "trade"};
    char *topics[] = {"market/bar/1m/AAPL", "market/quote/AAPL", "market/trade/AAPL"};
    for (int kind = 0; kind < 3; kind++) {
        envelope.topic = topics[kind];
        switch (kind) {
        case 0:
            envelope.body_case = TRADEWIND__ENVELOPE__BODY_BAR;
            envelope.bar = &bar;
            break;
        case 1:
            envelope.body_case = TRADEWIND__ENVELOPE__BODY_QUOTE;
            envelope.quote = &quote;
            break;
        default:
            envelope.body_case = TRADEWIND__ENVELOPE__BODY_TRADE;
            envelope.trade = &trade;
        }
        encode(names[kind], &envelope);
        decode(names[kind], &envelope);
    }
    return 0;
}
