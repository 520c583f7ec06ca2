# Reads what runs have kept, and how paths are now, in bulk: a run of thousands of changes has thousands of backups.
#   entries FOLDER…      prints the entries of these runs, see kept_entries
#   prints WORK <ENTRIES prints how the paths of these entries are, and names the others in WORK/prints.trees, as "KEY TEXT", and in
#                        WORK/prints.states
#   left WORK FOLDER…    the same of the entries of these runs
#   paths <LINES         the same of lines "KEY PATH"
# In all of them a text is a line: a newline is \n there, a backslash \0134, and a blank at the end \0040 or \0011.
use strict;
use warnings;
# Names may end in one.
no warnings 'newline';
use Fcntl qw(:mode);

my %letters = (S_IFREG, 'f', S_IFDIR, 'd', S_IFLNK, 'l', S_IFIFO, 'p', S_IFSOCK, 's', S_IFBLK, 'b', S_IFCHR, 'c');
my ($task, @given) = @ARGV;
if ($task eq 'entries') { print entries_of(@given) }
elsif ($task eq 'prints') { print_paths(asked_by(@given, <STDIN>)) }
elsif ($task eq 'left') { print_paths(asked_by(shift(@given), entries_of(@given))) }
else { print_paths(map { chomp; [split / /, $_, 2] } <STDIN>) }

# All files of a run's backups: their folder, number, ending and what lstat tells.
sub kept_in {
    my ($folder) = @_;
    $folder =~ s{/+$}{};
    opendir my $handle, $folder or return;
    return map { [$folder, /^([0-9][^.]*)(?:[.](.*))?$/s, lstat "$folder/$_"] } grep { /^[0-9]/ } readdir $handle;
}

# Lines, see kept_entries.
sub entries_of {
    my @found = map { kept_in($_) } @_;
    my @files = sort { "$b->[0] $b->[1].$b->[2]" cmp "$a->[0] $a->[1].$a->[2]" } map { $_->[2] //= ''; $_ } @found;
    my (%was, %tree, %oldest, @entries, @lines);
    for (@files) {
        my ($folder, $number, $ending, @stat) = @$_;
        my $key = "$folder/$number";
        $was{$key} = $ending if $ending =~ /^(?:copy|directory|absent)$/;
        $tree{$key} = 1 if $ending eq 'tree' || $ending eq 'copy' && S_ISDIR($stat[2]);
        # One that was just being written is empty.
        next unless $ending =~ /^(?:path|state|later|lost)$/ && $stat[7];
        my $text = line_of(first_word("$key.$ending"));
        $oldest{"$folder $text"} = $key if $ending eq 'path';
        push @entries, [$folder, $key, $ending, $text];
    }
    my ($before, @later) = ('');
    for (@entries) {
        my ($folder, $key, $type, $text) = @$_;
        if ($folder ne $before) { push @lines, splice @later }
        $before = $folder;
        next if $type eq 'path' && $oldest{"$folder $text"} ne $key;
        $type = 'tree' if $type eq 'path' && $tree{$key};
        my $line = join(' ', $key, $type, $was{$key} // '-', $text) . "\n";
        if ($type eq 'later') { push @later, $line } else { push @lines, $line }
    }
    return (@lines, @later);
}

sub first_word {
    my ($file) = @_;
    open my $handle, '<', $file or return '';
    local $/ = "\0";
    my $word = <$handle> // '';
    chomp $word;
    return $word;
}

# asked_by WORK LINE…: the paths of entries, each with its key; the others are named in files.
sub asked_by {
    my ($work, @entries) = @_;
    open my $trees, '>', "$work/prints.trees" or die "$work/prints.trees: $!\n";
    open my $states, '>', "$work/prints.states" or die "$work/prints.states: $!\n";
    my @asked;
    for my $entry (@entries) {
        chomp(my $line = $entry);
        my ($key, $type, undef, $text) = split / /, $line, 4;
        if ($type eq 'path') { push @asked, [$key, $text] }
        elsif ($type eq 'tree') { print $trees "$key $text\n" }
        elsif ($type eq 'state' || $type eq 'later') { print $states "$key.$type\n" }
    }
    return @asked;
}

# Lines "KEY f 644 0 0 = SHA-256", "KEY l 777 0 0 =TARGET" or "KEY absent".
sub print_paths {
    my @asked = map { [$_->[0], text_of($_->[1])] } @_;
    my %print;
    for my $path (map { $_->[1] } @asked) {
        my @stat = lstat $path or next;
        my $target = S_ISLNK($stat[2]) ? readlink $path : '';
        my $access = sprintf '%o %d %d', S_IMODE($stat[2]), @stat[4, 5];
        $print{$path} = line_of(($letters{S_IFMT($stat[2])} // 'U') . " $access =$target");
    }
    my $hashes = hashes(grep { ($print{$_} // '') =~ /^f/ } keys %print);
    for (@asked) {
        my ($key, $path) = @$_;
        my $hash = $hashes->{$path};
        print join(' ', $key, $print{$path} // 'absent', defined $hash ? $hash : ()) . "\n";
    }
}

# Those that can be read, by sha256sum, since perl-base has no module for it.
sub hashes {
    my @paths = @_;
    my %hashes;
    open STDERR, '>', '/dev/null';
    local $/ = "\0";
    while (@paths) {
        my ($size, @some) = (0);
        while (@paths && $size < 100_000) { push @some, shift @paths; $size += length $some[-1] }
        open my $sums, '-|', 'sha256sum', '-z', '--', @some or next;
        while (<$sums>) { chomp; $hashes{ substr $_, 66 } = substr $_, 0, 64 }
    }
    return \%hashes;
}

sub line_of {
    my ($text) = @_;
    $text =~ s/\\/\\0134/g;
    $text =~ s/\n/\\n/g;
    $text =~ s/ \z/\\0040/;
    $text =~ s/\t\z/\\0011/;
    return $text;
}

sub text_of {
    my ($line) = @_;
    my %signs = (n => "\n", '0040' => ' ', '0011' => "\t", '0134' => '\\');
    $line =~ s/\\(n|0040|0011|0134)/$signs{$1}/g;
    return $line;
}
