# health_perl ADDRESS PORT PATH HOST SECONDS [CONTAINS]: asks a web server on this machine again and again, until it answers well
# or the time is over; then says what it said last.
use strict;
use warnings;
use IO::Socket::IP;

my ($address, $port, $path, $host, $seconds, $contains) = @ARGV;
my $end = time + $seconds;
my $last = '';
while (1) {
    $last = ask();
    last if $last eq '' || time >= $end;
    select undef, undef, undef, 0.25;
}
exit 0 if $last eq '';
print "http://$host$path: $last\n";
exit 1;

# Empty where it is well.
sub ask {
    my $left = $end - time;
    $left = 1 if $left < 1;
    my $answer = '';
    my $why = '';
    my $went = eval {
        local $SIG{ALRM} = sub { die "no answer within $left s\n" };
        alarm $left;
        my $socket = IO::Socket::IP->new(PeerHost => $address, PeerPort => $port, Type => SOCK_STREAM)
            or die 'no connection: ' . ($@ || $!) . "\n";
        print $socket "GET $path HTTP/1.0\r\nHost: $host\r\nUser-Agent: proog\r\nConnection: close\r\n\r\n";
        while (length $answer < 1 << 20 && sysread $socket, my $chunk, 1 << 16) { $answer .= $chunk; }
        1;
    };
    $why = $@ if !$went;
    alarm 0;
    if ($why ne '') {
        chomp $why;
        return $why;
    }
    my ($status, $words) = $answer =~ m{\AHTTP/\S+ ([0-9]{3})([^\r\n]*)} or return 'it answers, but not by HTTP';
    return "status $status$words" if $status < 200 || $status > 399;
    return "the answer does not contain \"$contains\"" if defined $contains && $contains ne '' && index($answer, $contains) < 0;
    return '';
}
