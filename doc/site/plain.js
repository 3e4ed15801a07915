// What plain pages do without VitePress's program: the menu, the folds at the side, light and dark, the page's headings.
'use strict'
const root = document.documentElement
const find = selector => document.querySelector(selector)

function switchAppearance() {
  // at once: colours that change slowly are unreadable meanwhile
  const style = document.head.appendChild(document.createElement('style'))
  style.textContent = '*, ::before, ::after { transition: none !important }'
  const isDark = root.classList.toggle('dark')
  void getComputedStyle(style).opacity
  style.remove()
  try { localStorage.setItem('vitepress-theme-appearance', isDark ? 'dark' : 'light') } catch { /* not kept, then */ }
}

document.addEventListener('click', event => {
  const on = selector => event.target.closest(selector)
  const fold = on('.VPSidebarItem.collapsible > .item')
  if (on('.VPSwitchAppearance')) switchAppearance()
  else if (fold && !on('a')) fold.parentElement.classList.toggle('collapsed')
  else if (on('.VPLocalNav .menu')) find('.VPSidebar').classList.toggle('open')
  else if (!on('.VPSidebar')) find('.VPSidebar')?.classList.remove('open')
})

// the part of the list at the side that has this page is open
const here = location.href.replace(/#.*$/, '')
for (const link of document.querySelectorAll('.VPSidebar a')) {
  if (link.href !== here) continue
  link.closest('.VPSidebarItem').classList.add('is-active')
  link.closest('.VPSidebarItem.collapsible')?.classList.remove('collapsed')
}

const headings = document.querySelectorAll('.vp-doc h2[id], .vp-doc h3[id]')
const outline = find('.VPDocAsideOutline .VPDocOutlineItem')
const aside = find('.VPDocAsideOutline')
for (const heading of outline ? headings : []) {
  const item = outline.appendChild(document.createElement('li'))
  const link = item.appendChild(document.createElement('a'))
  link.className = 'outline-link'
  link.href = '#' + heading.id
  link.textContent = heading.textContent.replace(/\u200b/g, '').trim()
  if (heading.tagName === 'H3') link.style.paddingLeft = '16px'
  for (const { name } of outline.attributes) {
    if (name.startsWith('data-v-')) { item.setAttribute(name, ''); link.setAttribute(name, '') }
  }
}
if (aside && headings.length) aside.classList.add('has-outline')
