/// What the run went by: enough to have it again.
enum RunSection {
    static func write(_ subject: ReportSubject, to page: inout Html) {
        page.section("The run") { page in
            pairs("settings", subject.settings, &page)
            page.add("<div class=gap></div>")
            pairs(
                "fingerprints", subject.fingerprints + [("orders and fills", subject.summary.ordersHash)],
                &page)
        }
    }

    private static func pairs(_ heading: String, _ pairs: [(name: String, value: String)], _ page: inout Html)
    {
        guard !pairs.isEmpty else { return }
        page.add(
            "<table><thead><tr><th scope=col style=\"width:14em\">\(heading)</th><th scope=col></th></tr></thead><tbody>\n"
        )
        for (name, value) in pairs {
            page.add("<tr>")
            page.element("td", name)
            page.add("<td class=wrap><code>")
            page.add(text: value)
            page.add("</code></td></tr>\n")
        }
        page.add("</tbody></table>\n")
    }
}
