/* page-map.js */
