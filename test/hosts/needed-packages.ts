/** What a machine of the tests must have for resources of a kind, where that is more than a bare one has. */
export const neededPackages: Readonly<Record<string, string>> = {
  ...{ git: "git", cron: "cron", sudoers: "sudo", timezone: "tzdata", svn: "subversion", locale: "locales" },
  ...{ firewall: "nftables", logrotate: "logrotate", nginxSite: "nginx", apacheSite: "apache2" },
};
