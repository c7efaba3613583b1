/** How an exported session looks; colours are those of the page. */
export const SESSION_STYLE = `
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 0 0 1rem; font-size: .9rem }
.facts dt { color: var(--dim) } .facts dd { margin: 0 }
section { border-top: 1px solid var(--line); margin-top: 1.5rem }
h2 { font-size: .85rem; font-weight: normal; margin: .8rem 0 .4rem } h2 a { text-decoration: none } h2 time { color: var(--dim) }
.you { white-space: pre-wrap; background: var(--soft); border-left: 3px solid var(--accent); padding: .5rem .8rem; margin: .4rem 0 }
.you summary { white-space: normal }
.answer { margin: .8rem 0 } .left { opacity: .65 }
.who { font-size: .8rem; margin: .3rem 0 }
details { margin: .5rem 0 } summary { cursor: pointer }
.tool { border: 1px solid var(--line); border-radius: 6px; padding: .3rem .7rem }
.tool pre { max-height: 32rem; overflow: auto }
.diff .plus { background: var(--plus); color: var(--plus-ink) } .diff .minus { background: var(--minus); color: var(--minus-ink) }
.diff span { display: inline-block; min-width: 100% } .diff .meta { color: var(--dim) }
.data th, .data td { border-bottom: 1px solid var(--line) }
blockquote { margin: .5rem 0; padding-left: .8rem; border-left: 3px solid var(--line); color: var(--dim) }
img { max-width: 100%; height: auto } figure { margin: .5rem 0 } figcaption { color: var(--dim); font-size: .8rem }
@media print { .tool pre { max-height: none } body { font-size: 11pt } }
`
