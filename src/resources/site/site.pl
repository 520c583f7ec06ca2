# The files of a release: thousands, so a shell would need a process for each.
#   look NAME TO BASE HOW LIVE USER GROUP <MANIFEST
#                                         which contents are not there yet, in the file NAME.needs; prints "ACCOUNTS FILES BEFORE CHANGED
#                                         NEW GONE", to the live release where that is known; ACCOUNTS is 1 where user and group are there
#   place KEY TO RELEASE BASE PACK USER GROUP OPEN HOW RUN <MANIFEST
#   change KEY TO RELEASE BASE PACK USER GROUP OPEN RUN READY
#                                         the same by what a look has noted just before; ends with 3 where that is not so any more
#   ready TO RELEASE USER GROUP           makes ready what the next release begins as
# BASE is a release whose files can be had again, or empty. OPEN is open where nothing else comes into the release. HOW is link, copy or own, for files of the user. A manifest has lines
# "d PATH", "f MODE SHA-256 SIZE PATH" and "l TARGET PATH"; bytes that a word cannot hold are written %0A. KEY is by what it is known.
# In its place may come how it differs from one that is known: a line "from KEY", lines "g LINE" for what is gone, "a LINE" for what was
# added, and "m SHA-256 PATH" for contents of these that were at another place. Where nothing here was made of that one, look and place end
# with 4.
#
# TO/.proog/RELEASE tells what was put there: a line "k KEY" where that is the whole manifest, then its lines, of files with a tab, their
# time and their inode. A file that is still root's, that inode, and of that size and time, was written by nobody since: neither the user
# nor a build can write into it.
use strict;
use warnings;
# Names may end in one.
no warnings 'newline';

my ($mode, @given) = @ARGV;
exit main->can("main_$mode")->(@given);

sub decode {
    my ($word) = @_;
    $word =~ s/%([0-9A-F]{2})/chr hex $1/ge if index($word, '%') >= 0;
    return $word;
}

# account_numbers USER GROUP: by names or numbers; undefined for what is not there.
sub account_numbers {
    my ($user, $group) = @_;
    return ($user =~ /\A[0-9]+\z/ ? $user : scalar getpwnam $user, $group =~ /\A[0-9]+\z/ ? $group : scalar getgrnam $group);
}

# need_accounts USER GROUP: their numbers.
sub need_accounts {
    my ($user, $group) = @_;
    my ($uid, $gid) = account_numbers($user, $group);
    die "There is no user $user.\n" if !defined $uid;
    die "There is no group $group.\n" if !defined $gid;
    return ($uid, $gid);
}

# read_lines FILE: the lines of a file; none where it is not there.
sub read_lines {
    my ($file) = @_;
    open my $in, '<', $file or return ();
    my @lines = <$in>;
    return @lines;
}

# What a release was made of: by path, as words of the manifest, "MODE SHA-256 SIZE", a tab, its time and its inode.
sub read_record {
    my ($to, $base) = @_;
    my %held;
    return \%held if $base eq '';
    for my $line (read_lines("$to/.proog/$base")) {
        next if substr($line, 0, 1) ne 'f';
        chomp $line;
        my ($words, $sign) = split /\t/, $line;
        my $path = rindex $words, ' ';
        $held{ substr $words, $path + 1 } = substr($words, 2, $path - 2) . "\t" . ($sign // '');
    }
    return \%held;
}

# is_pristine PLACE MODE SIZE SIGN: whether a file is as it was put there.
sub is_pristine {
    my ($place, $bits, $size, $sign) = @_;
    my (undef, $inode, $raw, undef, $uid, undef, undef, $its_size, undef, $its_time) = lstat $place or return 0;
    return -f _ && $uid == 0 && $its_size == $size && "$its_time $inode" eq $sign && ($raw & oct 7777) == oct $bits;
}

# find_pristine …: a file of the base with this content that nobody has written into: its path as a word, its sign and its mode; nothing
# where there is none. The same path comes first.
sub find_pristine {
    my ($root, $held, $index, $bits, $hash, $size, $path) = @_;
    my $was = $held->{$path};
    my $wanted = "$bits $hash $size\t";
    if (defined $was && index($was, $wanted) == 0) {
        my $sign = substr $was, length $wanted;
        return ($path, $sign, $bits) if is_pristine("$root/" . decode($path), $bits, $size, $sign);
    }
    if (!%$index) {
        for my $its_path (sort keys %$held) { $index->{ (split / /, $held->{$its_path}, 3)[1] } = $its_path; }
        $index->{''} = '';
    }
    my $from = $index->{$hash} // return ();
    my ($words, $sign) = split /\t/, $held->{$from};
    my ($its_bits) = split / /, $words;
    return is_pristine("$root/" . decode($from), $its_bits, $size, $sign) ? ($from, $sign, $its_bits) : ();
}

# read_manifest: what comes as the input: LINES, or KEY and DIFFERENCES.
sub read_manifest {
    my @lines = <STDIN>;
    chomp @lines;
    my ($key) = (@lines ? $lines[0] : '') =~ /\Afrom (.*)\z/;
    return { lines => \@lines } if !defined $key;
    shift @lines;
    return { key => $key, differences => sort_differences(@lines) };
}

# sort_differences LINE…: what was ADDED and what is GONE; and of contents that MOVED, where they were.
sub sort_differences {
    my %differences = (added => [], gone => [], moved => {});
    for my $noted (@_) {
        my ($type, $line) = split / /, $noted, 2;
        if ($type eq 'a') { push @{ $differences{added} }, $line; }
        elsif ($type eq 'g') { push @{ $differences{gone} }, $line; }
        else { $differences{moved}{ substr $line, 0, 64 } = substr $line, 65; }
    }
    return \%differences;
}

# lines_of MANIFEST TO: all of its lines, in its order; nothing where no release was made of the one that it differs from.
sub lines_of {
    my ($manifest, $to) = @_;
    return $manifest->{lines} if !exists $manifest->{key};
    my $record = open_record_of($to, $manifest->{key}) or return;
    my %goes = map { $_ => 1 } @{ $manifest->{differences}{gone} };
    my @lines = @{ $manifest->{differences}{added} };
    while (my $line = <$record>) {
        my $words = substr $line, 0, index $line, "\t";
        push @lines, $words if !delete $goes{$words};
    }
    # What is in a folder comes right behind it, as nothing in a name is less than what is put between them.
    my %place = map { $_ => decode(word_of($_)) =~ tr{/}{\0}r } @lines;
    $manifest->{lines} = [sort { $place{$a} cmp $place{$b} } @lines];
    return $manifest->{lines};
}

# open_record_of TO KEY: the record of a release that was made of this manifest, behind its first line.
sub open_record_of {
    my ($to, $key) = @_;
    opendir my $in, "$to/.proog" or return;
    for my $release (readdir $in) {
        open my $record, '<', "$to/.proog/$release" or next;
        return $record if ((readline $record) // '') eq "k $key\n";
    }
    return;
}

# NAME.ready says that TO/.proog/next is as it was made, and how the manifest differs from it; see find_differences.
sub main_look {
    my ($name, $to, $base, $how, $live, @account) = @_;
    unlink "$name.ready";
    print 2 == grep({ defined } account_numbers(@account)) ? '1 ' : '0 ';
    my $manifest = read_manifest();
    my $shown = $live eq $base ? {} : read_record($to, $live);
    my $next = $how eq 'link' && read_next($to, $base, $manifest);
    # Where it is not the live one that all is compared with, each line counts.
    if (!$next || !$next->{differences} || %$shown) { lines_of($manifest, $to) or return 4; }
    return look_by_lines($name, $next, $manifest, $shown) if $next;
    my $held = read_record($to, $base);
    $shown = $held if !%$shown;
    my $root = "$to/releases/$base";
    my ($files, @counts) = (0, 0, 0);
    my (%needs, %index);
    for my $line (grep { is_file($_) } @{ $manifest->{lines} }) {
        my (undef, $bits, $hash, $size, $path) = split / /, $line;
        $files++;
        count_line($shown, \@counts, $path, "$bits $hash ");
        my ($from) = find_pristine($root, $held, \%index, $bits, $hash, $size, $path);
        $needs{$hash} = 1 if !defined $from;
    }
    tell_needs($name, $base eq '', \%needs, $files, compare_counts($shown, $files, @counts));
    return 0;
}

# count_line SHOWN COUNTS PATH WORDS: how many files were there, and how many of them are others now.
sub count_line {
    my ($shown, $counts, $path, $words) = @_;
    my $was = $shown->{$path};
    return if !defined $was;
    $counts->[0]++;
    $counts->[1]++ if index($was, $words) != 0;
    return;
}

# compare_counts SHOWN FILES KEPT CHANGED: BEFORE CHANGED NEW GONE
sub compare_counts {
    my ($shown, $files, $kept, $changed) = @_;
    my $before = keys %$shown;
    return ($before, $changed, $files - $kept, $before - $kept);
}

# tell_needs NAME ALL NEEDS COUNT…
sub tell_needs {
    my ($name, $all, $needs, @counts) = @_;
    my @needs = sort keys %$needs;
    open my $out, '>', "$name.needs" or die "$name.needs: $!\n";
    print $out ($all && @needs ? 'all' : join ' ', @needs) . "\n" or die "$name.needs: $!\n";
    close $out or die "$name.needs: $!\n";
    print "@counts\n";
}

# look_by_lines NAME NEXT MANIFEST SHOWN: where all that the record names is there, whole lines tell what differs. SHOWN is empty where the
# record tells what is live.
sub look_by_lines {
    my ($name, $next, $manifest, $shown) = @_;
    my @counts = (0, 0);
    my $count = %$shown && sub {
        my ($line) = @_;
        count_line($shown, \@counts, word_of($line), substr($line, 2, 70)) if is_file($line);
    };
    my $before = $next->{files};
    my $differences = find_differences($next, $manifest, $count);
    my ($added, $moved) = @{$differences}{qw(added moved)};
    my @files = grep { is_file($_) } @$added;
    my %needs = map { (substr $_, 7, 64) => 1 } @files;
    delete @needs{ keys %$moved };
    my %gone = map { word_of($_) => 1 } grep { is_file($_) } @{ $differences->{gone} };
    my $changed = grep { exists $gone{ word_of($_) } } @files;
    my $files = $before + @files - keys %gone;
    my @shown = %$shown ? compare_counts($shown, $files, @counts) : ($before, $changed, @files - $changed, keys(%gone) - $changed);
    my @noted = ((map { "a $_" } @$added), (map { "g $_" } @{ $differences->{gone} }), (map { "m $_ $moved->{$_}" } keys %$moved));
    write_record("$name.ready", join '', map { "$_\n" } @noted);
    tell_needs($name, 0, \%needs, $files, @shown);
    return 0;
}

# find_differences NEXT MANIFEST [EACH]: how a manifest differs from the record of what was made ready; see sort_differences. EACH gets each
# line.
sub find_differences {
    my ($next, $manifest, $each) = @_;
    if ($each) { $each->($_) for @{ $manifest->{lines} }; }
    return $next->{differences} if $next->{differences};
    my %was = map { $_ => 1 } @{ $next->{lines} };
    my @added = grep { !delete $was{$_} } @{ $manifest->{lines} };
    my %wanted = map { (substr $_, 7, 64) => 1 } grep { is_file($_) } @added;
    my %moved = map { (substr $_, 7, 64) => word_of($_) } grep { is_file($_) && delete $wanted{ substr $_, 7, 64 } } @{ $next->{lines} };
    return { added => \@added, gone => [keys %was], moved => \%moved };
}

sub is_file {
    my ($line) = @_;
    return substr($line, 0, 1) eq 'f';
}

# read_differences READY: the same as a look has noted it.
sub read_differences {
    my ($ready) = @_;
    my @noted = read_lines($ready);
    chomp @noted;
    return sort_differences(@noted);
}

sub main_place {
    my ($key, $to, $release, $base, $file, $user, $group, $open, $how, $run) = @_;
    my ($uid, $gid) = need_accounts($user, $group);
    my $now = time_of($run);
    my $pack = open_pack($file);
    # Until all is there nobody but root comes in: who owns a folder could have us write elsewhere.
    take_folders($to);
    my $manifest = read_manifest();
    my $next = $how eq 'link' && read_next($to, $base, $manifest);
    if (!$next || !$next->{differences}) { lines_of($manifest, $to) or return 4; }
    if ($next) {
        change_next($key, $to, $release, $pack, $uid, $gid, $now, find_differences($next, $manifest));
        open_release("$to/releases/$release", $uid, $gid) if $open eq 'open';
        return 0;
    }
    my $held = read_record($to, $base);
    my $root = "$to/releases/$release";
    my $old = "$to/releases/$base";
    my (@folders, %index, %written, $record);
    $record = $how eq 'own' ? '' : "k $key\n";
    mkdir $root, 0700 or die "$root: $!\n";
    chdir $root or die "$root: $!\n";
    for my $line (@{ $manifest->{lines} }) {
        my ($type, @words) = split / /, $line;
        my $word = $words[-1];
        my $path = decode($word);
        if ($type eq 'd') {
            mkdir "./$path", 0755 or die "$root/$path: $!\n";
            push @folders, $path;
            $record .= "$line\n";
        } elsif ($type eq 'l') {
            symlink decode($words[0]), "./$path" or die "$root/$path: $!\n";
            $record .= "$line\n";
        } else {
            my ($bits, $hash, $size) = @words;
            my ($from, $sign, $its_bits) = find_pristine($old, $held, \%index, $bits, $hash, $size, $word);
            my $there = defined $from ? "$old/" . decode($from) : $written{$hash};
            if (!defined $from || $how ne 'link' || $its_bits ne $bits || !link $there, "./$path") {
                my $in = defined $there ? open_there($there) : find_packed($pack, $hash, "$root/$path");
                $sign = write_file($in, $size, "./$path", oct $bits, $now, "$root/$path");
                if ($how eq 'own') { chown $uid, $gid, "./$path" or die "$root/$path: $!\n"; }
            }
            $written{$hash} = "./$path";
            $record .= "$line\t$sign\n" if $how ne 'own';
        }
    }
    write_record("$to/.proog/$release", $record);
    for (reverse @folders) { chown $uid, $gid, "./$_" or die "$root/$_: $!\n"; }
    open_release($root, $uid, $gid) if $open eq 'open';
    return 0;
}

# open_release ROOT UID GID: all is there, so that whose it is may come in.
sub open_release {
    my ($root, $uid, $gid) = @_;
    chmod 0755, $root or die "$root: $!\n";
    chown $uid, $gid, $root or die "$root: $!\n";
    return;
}

# take_folders TO: those that we write into are root's.
sub take_folders {
    my ($to) = @_;
    umask 022;
    for my $folder ("$to/releases", "$to/.proog") { chown 0, 0, $folder or die "$folder: $!\n"; }
    chmod 0700, "$to/.proog" or die "$to/.proog: $!\n";
}

# TO/.proog/next is a release in the making that begins as the one before: to make names for thousands of files takes long, so it is
# done when nobody waits for it. Nobody but root comes in there.
#   files    the folder, of which each file is another name of one of the release
#   record   what was put there
#   paths    of all of it, each ended by a byte of zero
#   listing  what lstat(2) says of each of them
#   of       RELEASE UID GID FILES
sub main_ready {
    my ($to, $release, $user, $group) = @_;
    my ($uid, $gid) = need_accounts($user, $group);
    my $next = "$to/.proog/next.new";
    my $old = "$to/releases/$release";
    umask 022;
    mkdir $next, 0700 or die "$next: $!\n";
    mkdir "$next/files", 0700 or die "$next: $!\n";
    chdir "$next/files" or die "$next: $!\n";
    my @record = read_lines("$to/.proog/$release");
    return 1 if !@record;
    my $key = is_key($record[0]) ? shift @record : '';
    for my $line (@record) {
        chomp(my $words = $line);
        ($words, my $sign) = split /\t/, $words;
        my ($type, @words) = split / /, $words;
        my $path = decode($words[-1]);
        if ($type eq 'd') {
            mkdir "./$path", 0755 or die "$next/files/$path: $!\n";
            chown $uid, $gid, "./$path" or die "$next/files/$path: $!\n";
        } elsif ($type eq 'l') {
            symlink decode($words[0]), "./$path" or die "$next/files/$path: $!\n";
        } else {
            # What somebody has changed is brought anew. It is looked at by its new name: behind the old one may be another file by then.
            return 1 if !defined $sign || !link("$old/$path", "./$path") || !is_pristine("./$path", $words[0], $words[2], $sign);
        }
    }
    write_record("$next/record", join '', $key, @record);
    my @paths = ('.', map { path_of($_) } @record);
    write_record("$next/paths", join '', map { "$_\0" } @paths);
    write_record("$next/listing", list_paths(@paths) // return 1);
    write_record("$next/of", "$release $uid $gid " . grep({ is_file($_) } @record) . "\n");
    rename $next, "$to/.proog/next" or die "$next: $!\n";
    return 0;
}

# list_paths PATH…: what lstat(2) says of each of them, but for how many names it has; nothing where one is not there.
sub list_paths {
    my $listing = '';
    for (@_) {
        my (undef, $inode, $mode, undef, $uid, $gid, undef, $size, undef, $time) = lstat or return;
        $listing .= "$inode $mode $uid $gid $size $time\n";
    }
    return $listing;
}

# path_of LINE: that of a line of a record.
sub path_of {
    my ($line) = @_;
    return decode(word_of(substr $line, 0, index $line, "\t"));
}

# is_key LINE: whether it tells of which manifest a record was made.
sub is_key {
    my ($line) = @_;
    return substr($line, 0, 2) eq 'k ';
}

# read_next TO BASE MANIFEST: how many FILES it has, and the DIFFERENCES of the manifest where they are from what it was made by, else the
# LINES of that; nothing where it does not begin as this release, or somebody has changed it since. What was added to a folder shows in the
# folder's time.
sub read_next {
    my ($to, $base, $manifest) = @_;
    my $next = "$to/.proog/next";
    my $files = is_next_of($to, $base);
    return if !defined $files || !chdir "$next/files";
    my $listing = list_paths(split /\0/, read_whole("$next/paths"));
    return if !defined $listing || $listing eq '' || $listing ne read_whole("$next/listing");
    open my $record, '<', "$next/record" or return;
    my $first = readline($record) // '';
    my $key = $manifest->{key};
    return { files => $files, differences => $manifest->{differences} } if defined $key && $first eq "k $key\n";
    my @lines = is_key($first) ? () : $first;
    push @lines, <$record>;
    # Of what is no file the end of the line goes, which is at -1.
    return { files => $files, lines => [map { substr $_, 0, index $_, "\t" } @lines] };
}

# read_whole FILE: empty where it is not there.
sub read_whole {
    my ($file) = @_;
    open my $in, '<', $file or return '';
    local $/ = undef;
    return readline($in) // '';
}

# is_next_of TO BASE: how many files it has; nothing where it does not begin as this release.
sub is_next_of {
    my ($to, $base) = @_;
    my ($of) = read_lines("$to/.proog/next/of");
    return $base ne '' && ($of // '') =~ /\A\Q$base\E \d+ \d+ (\d+)\n\z/ ? $1 : undef;
}

# What was looked at a few seconds ago is not looked at again.
sub main_change {
    my ($key, $to, $release, $base, $file, $user, $group, $open, $run, $ready) = @_;
    my $looked = (stat $ready)[9];
    return 3 if !defined $looked || abs(time - $looked) >= 10 || !defined is_next_of($to, $base);
    my ($uid, $gid) = need_accounts($user, $group);
    take_folders($to);
    change_next($key, $to, $release, open_pack($file), $uid, $gid, time_of($run), read_differences($ready));
    open_release("$to/releases/$release", $uid, $gid) if $open eq 'open';
    return 0;
}

# change_next …: makes of TO/.proog/next, as TO/.proog/making, what differs from it, and has it as the release.
sub change_next {
    my ($key, $to, $release, $pack, $uid, $gid, $now, $differences) = @_;
    my ($added, $gone, $moved) = @{$differences}{qw(added gone moved)};
    my $making = "$to/.proog/making";
    rename "$to/.proog/next", $making or die "$making: $!\n";
    chdir "$making/files" or die "$making: $!\n";
    my ($of) = read_lines("$making/of");
    keep_moved($making, $moved, $pack);
    # What is in a folder comes before it.
    for my $line (sort { word_of($b) cmp word_of($a) } @$gone) {
        my $path = decode(word_of($line));
        if (substr($line, 0, 1) eq 'd') { rmdir "./$path" or die "$making/files/$path: $!\n"; }
        else { unlink "./$path" or die "$making/files/$path: $!\n"; }
    }
    # What stays, then what comes: folders still stand before what is in them.
    my %goes = map { $_ => 1 } @$gone;
    my (%written, @folders);
    my $record = "k $key\n";
    open my $was, '<', "$making/record" or die "$making: $!\n";
    my $first = readline($was) // '';
    $record .= $first if !is_key($first) && !delete $goes{ substr $first, 0, index $first, "\t" };
    while (my $line = <$was>) { $record .= $line if !delete $goes{ substr $line, 0, index $line, "\t" }; }
    for my $line (@$added) {
        my ($type, @words) = split / /, $line;
        my $path = decode($words[-1]);
        my $sign = '';
        if ($type eq 'd') {
            mkdir "./$path", 0755 or die "$making/files/$path: $!\n";
            push @folders, $path;
        } elsif ($type eq 'l') {
            symlink decode($words[0]), "./$path" or die "$making/files/$path: $!\n";
        } else {
            my ($bits, $hash, $size) = @words;
            my $kept = -e "../kept-$hash" ? "../kept-$hash" : $written{$hash};
            my $in = defined $kept ? open_there($kept) : find_packed($pack, $hash, "$to/releases/$release/$path");
            $sign = "\t" . write_file($in, $size, "./$path", oct $bits, $now, "$making/files/$path");
            $written{$hash} = "./$path";
        }
        $record .= "$line$sign\n";
    }
    # They are those of the user that was declared then.
    if ($of !~ / $uid $gid \d+\n\z/) { @folders = map { decode($_) } $record =~ /^d (.*)$/mg; }
    for (reverse @folders) { chown $uid, $gid, "./$_" or die "$making/files/$_: $!\n"; }
    write_record("$to/.proog/$release", $record);
    rename "$making/files", "$to/releases/$release" or die "$to/releases/$release: $!\n";
    remove_making($making);
    return;
}

# time_of RUN: when it began, in seconds since 1970: 20261122-231542-4f1a. Days are counted from a 1 March on, so that the one of a leap year
# is the last of its year.
sub time_of {
    my ($run) = @_;
    my ($year, $month, $day, $hour, $minute, $second) = $run =~ /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)/ or die "$run is no run.\n";
    ($year, $month) = $month > 2 ? ($year, $month - 3) : ($year - 1, $month + 9);
    my $days = 365 * $year + int($year / 4) - int($year / 100) + int($year / 400) + int((153 * $month + 2) / 5) + $day - 719_469;
    return (($days * 24 + $hour) * 60 + $minute) * 60 + $second;
}

sub word_of {
    my ($line) = @_;
    return substr $line, rindex($line, ' ') + 1;
}

# keep_moved MAKING MOVED PACK: contents that are new at their place and were at another one, which may go, get a name beside.
sub keep_moved {
    my ($making, $moved, $pack) = @_;
    my %sent = map { $_->[0] => 1 } @{ $pack->{list} };
    for my $hash (grep { !exists $sent{$_} } keys %$moved) {
        my $path = decode($moved->{$hash});
        link "./$path", "../kept-$hash" or die "$making/files/$path: $!\n";
    }
    return;
}

sub remove_making {
    my ($making) = @_;
    opendir my $in, $making or die "$making: $!\n";
    for my $name (grep { $_ ne '.' && $_ ne '..' } readdir $in) { unlink "$making/$name"; }
    rmdir $making or die "$making: $!\n";
}

sub write_record {
    my ($file, $record) = @_;
    open my $out, '>', $file or die "$file: $!\n";
    print $out $record or die "$file: $!\n";
    close $out or die "$file: $!\n";
}

# The contents that were sent: lines "SHA-256 SIZE", an empty line, and the contents in this order, which is that of the manifest. They
# are read one after another, since what is packed knows no other way.
sub open_pack {
    my ($file) = @_;
    my %pack = (list => []);
    # dpkg-deb(1) is what unpacks zstd on every Debian.
    my $opened = -e "$file.deb" ? open $pack{in}, '-|', 'dpkg-deb', '--fsys-tarfile', "$file.deb" : open $pack{in}, '<', $file;
    return \%pack if !$opened;
    binmode $pack{in};
    while (my $line = readline $pack{in}) {
        chomp $line;
        last if $line eq '';
        push @{ $pack{list} }, [split / /, $line];
    }
    return \%pack;
}

# find_packed PACK HASH NAME: where its content comes next. What is passed over was at another place already.
sub find_packed {
    my ($pack, $hash, $name) = @_;
    while (my $next = shift @{ $pack->{list} }) {
        return $pack->{in} if $next->[0] eq $hash;
        read_parts($pack->{in}, $next->[1], $name, sub { });
    }
    die "The content of $name was not sent, since it was there when the plan was made: apply again.\n";
}

sub open_there {
    my ($there) = @_;
    # To load it takes longer than to look at all of a small release.
    require Fcntl;
    sysopen my $in, $there, Fcntl::O_RDONLY() | Fcntl::O_NOFOLLOW() or die "$there: $!\n";
    return $in;
}

sub read_parts {
    my ($in, $rest, $name, $take) = @_;
    while ($rest > 0) {
        my $count = read $in, my $part, $rest < 1 << 20 ? $rest : 1 << 20;
        if (!$count) { die "$name: " . (defined $count ? 'what was sent is cut short' : $!) . "\n"; }
        $take->($part);
        $rest -= $count;
    }
}

# write_file …: gives by what it is known again.
sub write_file {
    my ($in, $size, $path, $bits, $time, $name) = @_;
    require Fcntl;
    sysopen my $out, $path, Fcntl::O_WRONLY() | Fcntl::O_CREAT() | Fcntl::O_EXCL(), $bits or die "$name: $!\n";
    read_parts($in, $size, $name, sub {
        my ($part) = @_;
        for (my $written = 0; $written < length $part;) {
            my $more = syswrite $out, $part, length($part) - $written, $written;
            defined $more or die "$name: $!\n";
            $written += $more;
        }
    });
    my $inode = (stat $out)[1];
    close $out or die "$name: $!\n";
    utime $time, $time, $path or die "$name: $!\n";
    return "$time $inode";
}
