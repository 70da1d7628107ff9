#include <curl/curl.h>

// What libcurl offers as functions of a variable number of arguments, which Swift cannot call.

static inline CURLcode tradewind_curl_text(CURL *handle, CURLoption option, const char *text) {
    return curl_easy_setopt(handle, option, text);
}

static inline CURLcode tradewind_curl_number(CURL *handle, CURLoption option, long number) {
    return curl_easy_setopt(handle, option, number);
}

static inline CURLcode tradewind_curl_size(CURL *handle, CURLoption option, curl_off_t size) {
    return curl_easy_setopt(handle, option, size);
}

static inline CURLcode tradewind_curl_pointer(CURL *handle, CURLoption option, void *pointer) {
    return curl_easy_setopt(handle, option, pointer);
}

static inline CURLcode tradewind_curl_list(CURL *handle, CURLoption option, struct curl_slist *list) {
    return curl_easy_setopt(handle, option, list);
}

/// For CURLOPT_WRITEFUNCTION and CURLOPT_HEADERFUNCTION.
static inline CURLcode tradewind_curl_taker(CURL *handle, CURLoption option, curl_write_callback taker) {
    return curl_easy_setopt(handle, option, taker);
}

static inline long tradewind_curl_status(CURL *handle) {
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

static inline CURLMcode tradewind_curl_multi_number(CURLM *multi, CURLMoption option, long number) {
    return curl_multi_setopt(multi, option, number);
}

/// How a transfer ended; only for a message of the kind CURLMSG_DONE.
static inline CURLcode tradewind_curl_ending(const CURLMsg *message) {
    return message->data.result;
}
