# nginxSite NAME FILE SHA-256|absent

nginxSite_check() {
  web_site_check nginx "$2" "$3"
}

nginxSite_change() {
  web_site_change nginx "$2" "$3" nginx -q -t
}
