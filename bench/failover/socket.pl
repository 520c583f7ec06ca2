# In the place of a WebSocket: whoever asks for an upgrade gets one, and a word each half second, until the connection is cut.
use strict;
use warnings;
use IO::Socket::IP;

local $SIG{CHLD} = 'IGNORE';
my $server = IO::Socket::IP->new(LocalAddr => '127.0.0.1', LocalPort => 8081, Listen => 50, ReuseAddr => 1) or die;
while (my $client = $server->accept) {
    if (fork) { close $client; next }
    while (my $line = <$client>) { last if $line =~ /^\r?$/ }
    print $client "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n";
    $client->autoflush(1);
    # A frame of text.
    while (print $client "\x81\x04tick") { select undef, undef, undef, 0.5 }
    exit;
}
