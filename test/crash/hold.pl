# Called as: hold.pl NUMBER SECONDS. Waits for the next run on this machine, and stops it that long after it has begun its
# resource NUMBER: all its processes, wherever they are. Prints "held LEADER NUMBER", with the resource that was begun last.
use strict;
use warnings;

my ($number, $seconds) = @ARGV;
my $runs = '/var/lib/proog/runs';
my %before = map { $_ => 1 } glob "$runs/*";
$| = 1;
print "ready\n";

my $run;
until ($run) {
  ($run) = grep { !$before{$_} && -e "$_/begun" } glob "$runs/*";
  pause(0.005);
}
my $token = first_line("$run/token");
open my $log, '<', "$run/log" or die;
my $text = '';
while (1) {
  if (sysread $log, $text, 65536, length $text) {
    last if $text =~ /^$token start $number\n/m;
    die "The run ended without it:\n$text" if $text =~ /^$token gone /m;
  } else {
    pause(0.001);
  }
}
pause($seconds);
my $leader = first_line("$run/pid");
kill 'STOP', -$leader;
kill 'STOP', processes($leader);
sysread $log, $text, 65536, length $text;
my ($last) = reverse $text =~ /^$token start ([0-9]+)$/mg;
$last = 'none' if $text =~ /^$token end /m;
print "held $leader $last\n";

sub pause {
  select undef, undef, undef, $_[0] if $_[0] > 0;
}

sub first_line {
  open my $file, '<', $_[0] or die "$_[0]: $!";
  my $line = <$file>;
  chomp $line;
  return $line;
}

# Those of the session.
sub processes {
  my ($session) = @_;
  my @found;
  for my $process (grep { m{^/proc/[0-9]+$} } glob '/proc/[0-9]*') {
    open my $stat, '<', "$process/stat" or next;
    # 4711 (the command, which may hold spaces) S PARENT GROUP SESSION
    push @found, $process =~ /([0-9]+)/ if (<$stat> // '') =~ /\) \S+ \d+ \d+ $session /;
  }
  return @found;
}
