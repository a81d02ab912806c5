// How the pages of /docs look: the family's colours, one column on a phone with the contents folded, and the contents
// beside it, open, where there is room.
import { commonStyle } from '../../http/html.ts'

export const docsStyle = `${commonStyle}
body{display:grid;grid-template-columns:minmax(0,1fr);max-width:75rem;margin:0 auto;padding:0 1rem 3rem}
header,nav,main{min-width:0}header{padding:1.5rem 0 .5rem}
h1{margin:0;font-size:1.6rem}h2{margin:2.5rem 0 .5rem;font-size:1.3rem}h3{margin:0 0 .5rem;font-size:1.05rem}
h4{margin:1rem 0 .25rem;font-size:.9rem}p{margin:.4rem 0}h3 a{color:inherit;text-decoration:none}h3 a:hover{text-decoration:underline}
section section,.card{margin:1rem 0;padding:1.25rem;border-radius:.75rem;background:light-dark(#fff,#1d2127);box-shadow:0 1px 3px #0003;scroll-margin-top:1rem}
section section:target{outline:2px solid light-dark(#1f5fcf,#8ab4ff)}
h3,p,li{overflow-wrap:anywhere}
code,pre{font-family:ui-monospace,monospace;font-size:.9em}
pre{overflow-x:auto;margin:.25rem 0 0;padding:.75rem;border-radius:.4rem;border:1px solid light-dark(#e3e6ea,#2f353e);background:light-dark(#eef0f3,#14161a)}pre code{overflow-wrap:normal}
pre:focus-visible{outline:3px solid light-dark(#2f6fdd,#8ab4ff)}
ul{padding-left:1.25rem}.fields{margin:.25rem 0;padding:0;list-style:none}.fields>li{padding:.3rem 0;border-top:1px solid light-dark(#e3e6ea,#2f353e)}
.card.fields{margin:1rem 0;padding:.75rem 1.25rem}.fields>li:first-child{border-top:0}.fields .fields{margin-left:1rem}.type{color:light-dark(#566170,#a5adb9)}.call{font-size:1.05em}
nav ul{list-style:none;padding:0}nav a{text-decoration:none}nav a:hover{text-decoration:underline}nav li{margin:.4rem 0}nav ul ul{padding-left:.75rem}summary{cursor:pointer;font-weight:600}
@media(min-width:60rem){body{grid-template-columns:17rem minmax(0,1fr);column-gap:2rem}header{grid-column:1/-1}
nav{position:sticky;top:0;max-height:100vh;overflow-y:auto;align-self:start;padding-bottom:1rem;box-sizing:border-box}main:nth-child(2){grid-column:1/-1}
nav summary{list-style:none;pointer-events:none}nav details:not([open])::details-content{content-visibility:visible;block-size:auto}}`
