# Takes secrets out of what a run prints, line by line: RUN-FOLDER. It knows them by the lines of a file that is open as number 7, in hexadecimal;
# of long ones it knows any part of 12 bytes, since programs break lines and cut what they quote. When it comes to
# "TOKEN shown", which is for it alone, or to the end, it removes RUN-FOLDER/hiding.
use strict;
use warnings;

# Who ends the run wants to read what it has printed.
$SIG{$_} = 'IGNORE' for qw(HUP INT TERM PIPE);
my ($run) = @ARGV;
my $part = 12;
my $token = read_text("$run/token");
chomp $token;
my (@needles, %parts);
for my $line (split /\n/, read_needles()) {
    my $needle = pack 'H*', $line;
    push @needles, $needle;
    next if length $needle < 20;
    for my $at (0 .. length($needle) - $part) {
        my $text = substr $needle, $at, $part;
        $parts{$text} = 1 if index($text, "\n") < 0;
    }
}
$| = 1;
while (my $line = <STDIN>) {
    # What a command printed without an end of the line stands before it.
    if ($line =~ s/\Q$token\E shown\n\z//) {
        print redact($line);
        unlink "$run/hiding";
        next;
    }
    my $end = chomp $line ? "\n" : '';
    print redact($line), $end;
}
unlink "$run/hiding";

sub read_needles {
    local $/;
    open my $in, '<&=', 7 or die "needles: $!\n";
    my $text = <$in>;
    close $in;
    return $text // '';
}

sub read_text {
    my ($path) = @_;
    local $/;
    open my $in, '<', $path or die "$path: $!\n";
    return scalar <$in>;
}

sub redact {
    my ($line) = @_;
    my @spans;
    for my $needle (@needles) {
        for (my $at = index $line, $needle; $at >= 0; $at = index $line, $needle, $at + 1) {
            push @spans, [ $at, $at + length $needle ];
        }
    }
    if (%parts) {
        for my $at (0 .. length($line) - $part) {
            push @spans, [ $at, $at + $part ] if exists $parts{ substr $line, $at, $part };
        }
    }
    my ($text, $from) = ('', 0);
    for my $span (sort { $a->[0] <=> $b->[0] } @spans) {
        my ($start, $end) = @$span;
        $text .= substr($line, $from, $start - $from) . '***' if $start >= $from && ($start > $from || $text !~ /\*\*\*\z/);
        $from = $end if $end > $from;
    }
    return $text . substr $line, $from;
}
