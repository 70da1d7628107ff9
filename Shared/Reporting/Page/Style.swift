/// How a report looks: on a screen by day and by night, on a telephone, and on paper.
enum Style {
    static let text = """
        :root{color-scheme:light dark;--page:#fff;--ink:#1b2430;--soft:#5b6675;--faint:#8a94a1;--rule:#e4e8ee;
        --card:#f6f8fa;--blue:#1f6feb;--grey:#8792a0;--gain:22 145 85;--loss:207 52 60;--amber:#b45309;
        --amber-soft:#fff7e6;--violet:#7c3aed;--teal:#0e8a8a}
        @media (prefers-color-scheme:dark){:root{--page:#0e1319;--ink:#e4e9ef;--soft:#a3aebb;--faint:#7c8794;
        --rule:#252d37;--card:#161d26;--blue:#58a0ff;--grey:#7f8b99;--gain:52 190 120;--loss:245 95 95;
        --amber:#f0b429;--amber-soft:#2a2110;--violet:#a78bfa;--teal:#2dc7c7}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%}
        body{margin:0;background:var(--page);color:var(--ink);
        font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
        font-variant-numeric:tabular-nums}
        main{max-width:1160px;margin:0 auto;padding:36px 28px 60px}
        h1{font-size:30px;line-height:1.2;margin:0;letter-spacing:-.02em}
        h2{font-size:19px;margin:46px 0 12px;padding-bottom:7px;border-bottom:1px solid var(--rule);letter-spacing:-.01em}
        h3{font-size:14px;font-weight:600;margin:0}
        p{margin:6px 0}
        .sub{color:var(--soft);margin:4px 0 0}
        .sub code,.small{font-size:13px;color:var(--faint)}
        code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
        .note{color:var(--soft);font-size:13px;margin:8px 0;max-width:105ch}
        .tiles{display:grid;grid-template-columns:repeat(6,1fr);gap:1px;background:var(--rule);
        border:1px solid var(--rule);border-radius:10px;overflow:hidden;margin:26px 0 0}
        .tiles div{background:var(--page);padding:12px 14px 11px;min-width:0}
        .tiles dt{font-size:12px;color:var(--soft);white-space:nowrap}
        .tiles dd{margin:1px 0 0;font-size:20px;font-weight:600;letter-spacing:-.01em;white-space:nowrap}
        .tiles small{display:block;font-size:11.5px;font-weight:400;color:var(--faint);letter-spacing:0;min-height:1.5em}
        dl{margin:0}
        .warnings{background:var(--amber-soft);border-left:4px solid var(--amber);border-radius:4px;
        padding:11px 18px 12px;margin:26px 0 0}
        .warnings h3{color:var(--amber)}
        .warnings ul{margin:6px 0 0;padding-left:18px}
        .warnings li{margin:3px 0}
        .fine{color:var(--soft);font-size:13px;margin:18px 0 0}
        figure{display:flow-root;margin:0 0 22px;min-width:0;break-inside:avoid}
        figcaption{display:flex;flex-wrap:wrap;align-items:baseline;gap:2px 18px;margin-bottom:9px}
        .legend{margin:0;font-size:12.5px;color:var(--soft);display:flex;flex-wrap:wrap;align-items:center;gap:0 6px}
        .legend span+.key{margin-left:10px}
        .key{display:inline-block;width:14px;height:3px;border-radius:2px;background:var(--c)}
        .key.buy,.key.sell{width:9px;height:9px}.key.buy{border-radius:50%}
        .pair{display:grid;grid-template-columns:1fr 1fr;gap:18px 34px}
        .plot{position:relative;margin-bottom:26px}
        .plot svg{display:block;width:100%;height:100%;overflow:visible}
        .plot path,.plot rect{vector-effect:non-scaling-stroke}
        path{fill:none}
        .grid{stroke:var(--rule);stroke-width:1}
        .base{stroke:var(--faint);stroke-width:1}
        .line{stroke:var(--c);stroke-width:1.6;stroke-linejoin:round}
        .area{fill:var(--c);opacity:.14}
        .dot,.buy,.sell{stroke-linecap:round;stroke-width:6}
        .sell{stroke-linecap:square;stroke-width:5}
        path.buy,path.sell{stroke:var(--c)}
        .win,.lose{stroke:var(--c);stroke-width:1.4;stroke-dasharray:3 2;opacity:.75}
        .band{fill:var(--faint);opacity:.13}
        .bar{fill:var(--c)}
        .equity,.price{--c:var(--blue)}.yard{--c:var(--grey)}.price{--c:var(--grey)}
        .under,.lose,.sell{--c:rgb(var(--loss))}.win,.buy{--c:rgb(var(--gain))}
        .first-of,.sharpe{--c:var(--violet)}.volatility{--c:var(--teal)}.gross{--c:var(--teal)}.net{--c:var(--violet)}
        .yard.line{stroke-width:1.3}.price.line{stroke-width:1.1}.line.dot{stroke-width:6}
        .y span,.x span{position:absolute;font-size:11.5px;line-height:14px;color:var(--soft);white-space:nowrap}
        .y span{right:100%;margin:-7px 7px 0 0}
        .x span{top:100%;transform:translateX(-50%);margin-top:6px}
        .x .first{transform:none}.x .last{transform:translateX(-100%)}
        .cursor{position:absolute;top:0;bottom:0;width:1px;background:var(--soft);pointer-events:none}
        .tip{position:absolute;top:6px;background:var(--page);border:1px solid var(--rule);border-radius:6px;padding:5px 9px;
        font-size:12px;line-height:1.45;box-shadow:0 3px 14px rgb(0 0 0/.14);pointer-events:none;white-space:nowrap;z-index:2}
        .tip b{font-weight:600}.tip i{font-style:normal;color:var(--soft);padding-right:10px}
        .tip div{display:flex;justify-content:space-between}
        .scroll{overflow-x:auto}.scroll+.note{margin-bottom:26px}.gap{height:22px}h3+.scroll{margin-top:8px}
        table{border-collapse:collapse;width:100%;font-size:13.5px}
        th{font-weight:600;color:var(--soft);font-size:12.5px;text-align:left;vertical-align:bottom}
        td,th{padding:4.5px 10px;border-bottom:1px solid var(--rule);white-space:nowrap}
        td:first-child,th:first-child{padding-left:0}td:last-child,th:last-child{padding-right:0}
        .n{text-align:right}
        td.wrap{white-space:normal;overflow-wrap:anywhere}
        tr.sum td{font-weight:600;border-bottom:0}
        .up{color:rgb(var(--gain))}.down{color:rgb(var(--loss))}
        .heat{table-layout:fixed;min-width:0}
        .heat td,.heat th{text-align:center;padding:5px 0;border:1px solid var(--page);font-size:12.5px}
        .heat th:first-child{text-align:left;width:3.6em}
        .heat .year{font-weight:600}
        .heat .g{background:rgb(var(--gain)/var(--a))}.heat .l{background:rgb(var(--loss)/var(--a))}
        .heat .brief{display:none}
        .share{width:32%;min-width:110px}
        .share div{position:relative;height:10px;background:linear-gradient(var(--rule),var(--rule)) 50% 0/1px 100% no-repeat}
        .share i{position:absolute;top:0;bottom:0;border-radius:2px;background:var(--c)}
        footer{margin-top:46px;color:var(--faint);font-size:12.5px}
        @media (max-width:900px){.tiles{grid-template-columns:repeat(4,1fr)}.pair{grid-template-columns:1fr}}
        @media (max-width:620px){main{padding:22px 15px 40px}h1{font-size:24px}h2{margin-top:36px}
        .tiles{grid-template-columns:repeat(2,1fr)}.tiles dd{font-size:18px}
        .x .minor{display:none}.y span,.x span{font-size:10.5px}
        .heat td,.heat th{font-size:10px;letter-spacing:-.03em}.heat th:first-child{width:3em}
        .heat .whole{display:none}.heat .brief{display:inline}
        td,th{padding:4px 7px}table{font-size:12.5px}}
        @media print{:root{color-scheme:light;--page:#fff;--ink:#111;--soft:#444;--faint:#777;--rule:#ccc;--blue:#1f6feb;
        --grey:#777;--gain:22 145 85;--loss:207 52 60;--amber:#b45309;--amber-soft:#fff;--violet:#7c3aed;--teal:#0e8a8a}
        *{print-color-adjust:exact;-webkit-print-color-adjust:exact}
        main{max-width:none;padding:0}body{font-size:12px}h2{break-after:avoid}tr{break-inside:avoid}
        .scroll{overflow:visible}}
        @page{margin:14mm}
        """
}
