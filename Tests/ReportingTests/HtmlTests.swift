import Testing

@testable import Reporting

@Suite struct HtmlTests {
    @Test("names and reasons steer no browser")
    func escapes() {
        var page = Html()
        page.element("p", "<script>alert(\"a & 'b'\")</script>")
        let text = String(decoding: page.bytes, as: UTF8.self)
        #expect(text == "<p>&lt;script&gt;alert(&quot;a &amp; &#39;b&#39;&quot;)&lt;/script&gt;</p>")
        #expect(Html.quoted("</script>\n\"\\") == "\"\\u003c/script\\u003e\\u000a\\u0022\\u005c\"")
    }
}
