/// What happens when a person points at a chart. Without it the page says the same, but for single days.
enum Script {
    static let text = """
        const written={money:v=>v.toLocaleString("en-GB",{minimumFractionDigits:2,maximumFractionDigits:2}),
        price:v=>v.toLocaleString("en-GB",{maximumFractionDigits:4}),share:v=>(v*100).toFixed(2)+" %",ratio:v=>v.toFixed(2)};
        for(const plot of document.querySelectorAll(".plot")){
        const source=plot.parentNode.querySelector("script");const axis=axes[plot.dataset.axis];
        if(!source||!axis||axis.length<2)continue;
        const lines=JSON.parse(source.textContent).lines;
        const cursor=document.createElement("div");cursor.className="cursor";
        const tip=document.createElement("div");tip.className="tip";
        cursor.hidden=tip.hidden=true;plot.append(cursor,tip);
        const hide=()=>{cursor.hidden=tip.hidden=true};
        plot.addEventListener("pointerleave",hide);
        plot.addEventListener("pointermove",event=>{
        const box=plot.getBoundingClientRect();
        const part=Math.min(1,Math.max(0,(event.clientX-box.left)/box.width));
        const place=Math.round(part*(axis.length-1));
        const left=place/(axis.length-1)*box.width;
        tip.replaceChildren();
        const head=document.createElement("b");head.textContent=axis[place];tip.append(head);
        for(const[name,values]of lines){if(values[place]===null)continue;
        const row=document.createElement("div"),label=document.createElement("i"),value=document.createElement("span");
        label.textContent=name;value.textContent=written[plot.dataset.unit](values[place]);
        row.append(label,value);tip.append(row)}
        cursor.hidden=tip.hidden=false;cursor.style.left=left+"px";
        const width=tip.offsetWidth;
        tip.style.left=(left+14+width>box.width?Math.max(left-14-width,-40):left+14)+"px"})}
        """
}
