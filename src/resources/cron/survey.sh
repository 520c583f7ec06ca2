# cron itself, cronie, or systemd-cron.
cron_is_there() {
  command -v cron >/dev/null || command -v crond >/dev/null ||
    [ -e /usr/lib/systemd/system-generators/systemd-crontab-generator ]
}

survey_cron() {
  cron_is_there
}
