/**
 * How the page of a report looks.
 *
 * @module
 */

/** The style sheet. */
export const STYLE = `
:root { color-scheme: light dark; --good: #18794e; --bad: #c62a2f; --soft: #8883; --blue: #2563eb; --green: #18794e }
@media (prefers-color-scheme: dark) { :root { --good: #4cc38a; --bad: #ff6369; --blue: #70a5ff; --green: #4cc38a } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1.5rem }
header { border-left: .4rem solid var(--bad); padding-left: 1rem }
header.good { border-color: var(--good) }
h1 { font-size: 1.6rem; margin: 0; overflow-wrap: anywhere }
h2 { border-bottom: 1px solid var(--soft); font-size: 1.15rem; margin: 2rem 0 .6rem; padding-bottom: .2rem }
h3 { font-size: 1rem; margin: 1rem 0 .2rem }
p { margin: .3rem 0 }
table { border-collapse: collapse; margin-bottom: .8rem }
th { font-size: .8rem; font-weight: normal; opacity: .7; text-align: left }
th, td { padding: .15rem 1.4rem .15rem 0; vertical-align: top; overflow-wrap: anywhere }
code { font: .92em ui-monospace, monospace; overflow-wrap: anywhere }
small { opacity: .75 }
.ro, .rw, .code { border-radius: .3rem; font-size: .8rem; padding: .05rem .4rem; background: var(--soft) }
.rw { color: var(--blue) }
.code { color: var(--bad) }
ul { list-style: none; margin: 0; padding-left: 1.2rem }
summary { cursor: pointer }
figure { margin: .6rem 0 }
figcaption { display: flex; justify-content: space-between }
svg { background: var(--soft); display: block; fill: currentColor; height: 60px; width: 100% }
svg.read { fill: var(--green) }
svg.written { fill: var(--blue) }
.axis { display: flex; font-size: .8rem; justify-content: space-between; opacity: .7 }
`;
