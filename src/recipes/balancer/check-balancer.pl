# check-balancer PORT: ends with 0 where the web server of this machine answers for itself. Keepalived asks it each second.
use strict;
use warnings;
use Socket;

my ($port) = @ARGV;
$SIG{ALRM} = sub { exit 1 };
alarm 2;
socket my $socket, AF_INET, SOCK_STREAM, 0 or exit 1;
connect $socket, sockaddr_in($port, INADDR_LOOPBACK) or exit 1;
syswrite $socket, "GET /.well-known/proog-balancer HTTP/1.0\r\n\r\n" or exit 1;
my $answer = '';
while (sysread $socket, my $chunk, 4096) { $answer .= $chunk; }
exit($answer =~ m{\AHTTP/\S+ 200 } ? 0 : 1);
