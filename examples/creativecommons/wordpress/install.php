<?php
// Makes WordPress's tables, its first user and its front page, or brings the tables to the state that the release needs, as its
// installer and its upgrade page do. With --check it changes nothing, and prints "in order" where there is nothing to do.
define('WP_INSTALLING', true);
require '/srv/ccorg/current/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

// It would send a mail with the address of the site; see pluggable functions.
function wp_new_blog_notification()
{
}

$title = 'Creative Commons';
$installed = is_blog_installed();
$inOrder = $installed && (int) get_option('db_version') === $wp_db_version && get_option('page_on_front');

if (in_array('--check', $argv, true)) {
    echo $inOrder ? "in order\n" : "due\n";
    exit;
}
if (!$installed) {
    $password = getenv('ADMIN_PASSWORD');
    if (!$password) {
        fwrite(STDERR, "ADMIN_PASSWORD is missing.\n");
        exit(1);
    }
    wp_install($title, 'admin', 'admin@ccorg.example', true, '', wp_slash($password));
}
wp_upgrade();
if (!get_option('page_on_front')) {
    $page = wp_insert_post([
        'post_type' => 'page',
        'post_status' => 'publish',
        'post_title' => 'Sharing is how knowledge grows',
        'post_content' => '<!-- wp:paragraph --><p>Choose how others may use what you have made.</p><!-- /wp:paragraph -->'
            . '<!-- wp:image --><figure class="wp-block-image"><img src="/wp-content/uploads/images/share.svg" alt="Share"/></figure><!-- /wp:image -->',
    ], true);
    if (is_wp_error($page)) {
        fwrite(STDERR, $page->get_error_message() . "\n");
        exit(1);
    }
    update_option('permalink_structure', '/%postname%/');
    update_option('show_on_front', 'page');
    update_option('page_on_front', $page);
}
echo "WordPress $wp_version is installed.\n";
