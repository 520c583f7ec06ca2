# probe_perl TOKEN-FILE ROUNDS GOOD SECONDS, then for each target: ID WAY ADDRESSES PORT WHAT HOST STATUSES CONTAINS INTERVAL TIMEOUT
# WAY is http, tcp or command; where nothing listens at the first of ADDRESSES, which have spaces between them, the next is asked.
# Looks at all targets at the same time, each one every INTERVAL seconds, and prints a line for each look:
#   TOKEN probe ID good|bad MILLISECONDS GET /healthz: 503 Service Unavailable
# and before the first one what the clock here says: TOKEN clock SECONDS
# It ends after so many ROUNDS (0: never), when each target was good GOOD times in a row (0: never), or after SECONDS (0: never).
# Only modules of perl-base; POSIX and Socket are among them, Time::HiRes is not.
use strict;
use warnings;
use Errno qw(EINPROGRESS EAGAIN EWOULDBLOCK EINTR);
use Fcntl qw(F_GETFL F_SETFL O_NONBLOCK);
use POSIX ();
use Socket qw(getaddrinfo SOCK_STREAM SOL_SOCKET SO_ERROR AI_NUMERICHOST);

my $longest = 1 << 18;

my ($token_file, $rounds, $good, $seconds, @words) = @ARGV;
my $token = '';
if ($token_file ne '') {
    open my $file, '<', $token_file or die "$token_file: $!\n";
    $token = <$file>;
    chomp $token;
    $token .= ' ';
}
$| = 1;
# A reader that has gone away has seen enough.
$SIG{PIPE} = sub { exit 0 };

# Since some time, whatever is done to the clock of this machine. Ticks are a hundredth of a second.
my $fine = eval { require Time::HiRes; Time::HiRes::clock_gettime(Time::HiRes::CLOCK_MONOTONIC()); 1 };
my $ticks = POSIX::sysconf(POSIX::_SC_CLK_TCK());

sub now {
    return $fine ? Time::HiRes::clock_gettime(Time::HiRes::CLOCK_MONOTONIC()) : (POSIX::times())[0] / $ticks;
}

my $begun = now();
my @targets;
while (@words) {
    my %target = (round => 0, row => 0, due => $begun);
    @target{qw(id way addresses port what host statuses contains interval timeout)} = splice @words, 0, 10;
    push @targets, \%target;
}
# So that not all of many are asked in one moment.
if ($rounds != 1 && @targets > 1) {
    my $number = 0;
    $_->{due} += $_->{interval} * $number++ / @targets / 4 for @targets;
}

print "${token}clock ", time, "\n";
while (1) {
    my $now = now();
    last if $seconds > 0 && $now - $begun >= $seconds && !grep { $_->{busy} } @targets;
    last if $good > 0 && !grep { $_->{row} < $good } @targets;
    my ($reading, $writing) = ('', '');
    my $wake = $now + 3600;
    my $open = 0;
    for my $target (@targets) {
        begin($target, $now) if !$target->{busy} && may_begin($target) && $target->{due} <= $now;
        if ($target->{busy}) {
            $open++;
            $wake = $target->{end} if $target->{end} < $wake;
            my $number = fileno $target->{handle};
            vec($target->{connecting} ? $writing : $reading, $number, 1) = 1;
        } elsif (may_begin($target)) {
            $open++;
            $wake = $target->{due} if $target->{due} < $wake;
        }
    }
    last if !$open;
    $wake = $begun + $seconds if $seconds > 0 && $begun + $seconds < $wake;
    my $pause = $wake - now();
    my $found = select $reading, $writing, undef, $pause < 0.005 ? 0.005 : $pause;
    $now = now();
    for my $target (grep { $_->{busy} } @targets) {
        my $number = fileno $target->{handle};
        go_on($target) if $found > 0 && (vec($reading, $number, 1) || vec($writing, $number, 1));
        finish($target, 0, "no answer within $target->{timeout} s") if $target->{busy} && $now >= $target->{end};
    }
}

sub may_begin {
    my ($target) = @_;
    return 0 if $rounds > 0 && $target->{round} >= $rounds;
    return !($seconds > 0 && now() - $begun >= $seconds);
}

sub begin {
    my ($target, $now) = @_;
    $target->{round}++;
    $target->{busy} = 1;
    $target->{began} = $now;
    $target->{end} = $now + $target->{timeout};
    $target->{due} = $now + $target->{interval};
    $target->{answer} = '';
    $target->{connecting} = 0;
    return begin_command($target) if $target->{way} eq 'command';
    $target->{untried} = [split / /, $target->{addresses}];
    return begin_connection($target);
}

sub begin_connection {
    my ($target) = @_;
    my $address = shift @{ $target->{untried} };
    my %hints = (socktype => SOCK_STREAM);
    my ($error, @found) = getaddrinfo($address, $target->{port}, { %hints, flags => AI_NUMERICHOST });
    ($error, @found) = getaddrinfo($address, $target->{port}, \%hints) if !@found;
    return refused($target, "$address: $error") if !@found;
    my ($family, $place) = @{ $found[0] }{qw(family addr)};
    socket my $socket, $family, SOCK_STREAM, 0 or return refused($target, $!);
    fcntl $socket, F_SETFL, fcntl($socket, F_GETFL, 0) | O_NONBLOCK;
    @{$target}{qw(handle connecting)} = ($socket, 1);
    return if connect $socket, $place or $!{EINPROGRESS};
    return refused($target, $!);
}

sub refused {
    my ($target, $why) = @_;
    delete $target->{handle};
    return begin_connection($target) if @{ $target->{untried} };
    return finish($target, 0, 'no connection: ' . lcfirst $why);
}

# The command in a process group of its own, which is ended with it.
sub begin_command {
    my ($target) = @_;
    my $child = open my $output, '-|';
    return finish($target, 0, "no process: $!") if !defined $child;
    if ($child == 0) {
        setpgrp 0, 0;
        open STDIN, '<', '/dev/null';
        open STDERR, '>&', \*STDOUT;
        chdir '/';
        exec 'sh', '-c', $target->{what};
        exit 127;
    }
    @{$target}{qw(handle child)} = ($output, $child);
    return;
}

sub go_on {
    my ($target) = @_;
    return go_on_connecting($target) if $target->{connecting};
    my $read = sysread $target->{handle}, my $chunk, 1 << 16;
    if (!defined $read) {
        return if $!{EAGAIN} || $!{EWOULDBLOCK} || $!{EINTR};
        return finish($target, 0, 'the connection broke: ' . lcfirst $!);
    }
    $target->{answer} .= $chunk;
    return judge($target, $read == 0);
}

sub go_on_connecting {
    my ($target) = @_;
    my $error = unpack 'i', getsockopt $target->{handle}, SOL_SOCKET, SO_ERROR;
    if ($error) {
        local $! = $error;
        return refused($target, "$!");
    }
    $target->{connecting} = 0;
    return finish($target, 1, 'open') if $target->{way} eq 'tcp';
    my $request = "GET $target->{what} HTTP/1.0\r\nHost: $target->{host}\r\nUser-Agent: proog\r\nConnection: close\r\n\r\n";
    my $written = syswrite $target->{handle}, $request;
    return finish($target, 0, 'the connection broke: ' . lcfirst $!) if !defined $written;
    return;
}

# judge TARGET WHOLE: as soon as it is clear.
sub judge {
    my ($target, $whole) = @_;
    return $whole ? judge_command($target) : cut($target) if $target->{way} eq 'command';
    if ($target->{answer} =~ m{\AHTTP/\S+ ([0-9]{3})([^\r\n]*)\r?\n}) {
        my ($status, $words) = ($1, $2);
        return finish($target, 0, "$status$words") if !is_status($target, $status);
        return finish($target, 1, "$status$words") if $target->{contains} eq '' || index($target->{answer}, $target->{contains}) >= 0;
        return if !$whole && length $target->{answer} < $longest;
        return finish($target, 0, "$status$words, but the answer does not contain \"$target->{contains}\"");
    }
    return if !$whole && length $target->{answer} < 4096;
    return finish($target, 0, $target->{answer} eq '' ? 'the connection was closed without an answer' : 'it answers, but not by HTTP');
}

sub is_status {
    my ($target, $status) = @_;
    for my $range (split /,/, $target->{statuses}) {
        my ($from, $to) = split /-/, $range;
        return 1 if $status >= $from && $status <= ($to // $from);
    }
    return 0;
}

# Of what a command prints, the end is kept.
sub cut {
    my ($target) = @_;
    $target->{answer} = substr $target->{answer}, -4096 if length $target->{answer} > 8192;
    return;
}

sub judge_command {
    my ($target) = @_;
    # Its output has ended: so has it, or it will be asked to.
    my $child = delete $target->{child};
    my $waited = 0;
    while ($waited == 0 && now() < $target->{end}) {
        $waited = waitpid $child, POSIX::WNOHANG();
        select undef, undef, undef, 0.01 if $waited == 0;
    }
    my $status = $?;
    if ($waited == 0) {
        $target->{child} = $child;
        return finish($target, 0, "no end within $target->{timeout} s");
    }
    my ($last) = reverse grep { /\S/ } split /\n/, $target->{answer};
    my $end = $status & 127 ? 'ended by signal ' . ($status & 127) : 'status ' . ($status >> 8);
    return finish($target, $status == 0, defined $last && $status ? "$end: $last" : $end);
}

sub finish {
    my ($target, $well, $why) = @_;
    if (my $child = delete $target->{child}) {
        kill 'KILL', -$child;
        # Not by close, which would wait for others that hold its output.
        waitpid $child, 0;
    }
    delete $target->{handle};
    $target->{busy} = 0;
    $target->{row} = $well ? $target->{row} + 1 : 0;
    my $milliseconds = int((now() - $target->{began}) * 1000 + 0.5);
    my $what = $target->{way} eq 'http' ? "GET $target->{what}: $why" : $target->{way} eq 'tcp' ? "port $target->{port}: $why" : "command: $why";
    $what =~ s/[^\x20-\x7e\x80-\xff]/ /g;
    print "${token}probe $target->{id} ", ($well ? 'good' : 'bad'), " $milliseconds $what\n";
    return;
}
