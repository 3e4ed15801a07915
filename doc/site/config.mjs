// VitePress's settings for the site. Pages and the list at their side are made by doc/site/assemble.lua.
import { readFileSync } from 'node:fs'
import { defineConfig } from 'vitepress'

const parts = JSON.parse(readFileSync(new URL('./parts.json', import.meta.url)))

// The anchors that GitHub gives headings, so that links in the guides lead to the same place here and there.
const slugify = text => text.trim().toLowerCase().replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '').replace(/\s/g, '-')

export default defineConfig({
  title: 'personalize',
  description: 'Automates the connections of Sitecore Personalize from Lua',
  lang: 'en',
  // where the site is served: SITE_BASE=/personalize/ for a folder
  base: process.env.SITE_BASE || '/',
  outDir: '../html',
  cacheDir: '../cache',
  // so that what is 80 columns wide fits
  head: [['style', {}, ".vp-doc [class*='language-'] code { font-size: 13px }"]],
  markdown: {
    anchor: { slugify },
    languageAlias: { console: 'shellsession', conf: 'ini' },
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: { level: [2, 3] },
    nav: [
      { text: 'First steps', link: '/doc/first-steps.html' },
      { text: 'Reference', link: '/reference/' },
      { text: 'Examples', link: '/examples/' },
      { text: parts.version, link: '/CHANGELOG.html' },
    ],
    sidebar: parts.sidebar,
  },
})
