# What many files together need, and a shell cannot do without a process for each: to compare, to put in place, to take back.
#   look WORK ROOT OWNER GROUP EXTRAS NUMBER SHOWN <MANIFEST   exits with 0 where all is in order, 1 where it is not
#   survey WORK SHOWN <LINES   before each manifest a line "t ROOT OWNER GROUP EXTRAS …", ROOT as a word; prints of those in order
#   place RUN-FOLDER RUN NUMBER ROOT OWNER GROUP <ACTIONS
#   keep FOUND ROOT BACKUP     the files that are replaced, as other names of the same
#   list FOUND ROOT BACKUP     what taking back will replace, for tree_keep
#   back ROOT BACKUP
#   print WORK ROOT BACKUP SURVEYED   all that the backup is about, as it is now
# FOUND is what the names of files begin with that tell what was found. Paths are relative to ROOT, which itself is ".". Lines hold words; bytes that a word cannot hold are written %0A.
use strict;
use warnings;
# Names may end in one.
no warnings 'newline';
use Fcntl qw(:mode O_WRONLY O_CREAT O_EXCL);

my %names = (d => 'directory', f => 'file', l => 'link');
my %formats = (d => S_IFDIR, f => S_IFREG, l => S_IFLNK);

# Texts that are sent for a diff, and the bytes of the longest.
my $shown_texts = 5;
my $longest_text = 65_536;

my ($mode, @given) = @ARGV;
exit main->can("main_$mode")->(@given);

sub decode {
    my ($word) = @_;
    $word =~ s/%([0-9A-F]{2})/chr hex $1/ge if index($word, '%') >= 0;
    return $word;
}

sub encode {
    my ($text) = @_;
    $text =~ s/([\x00-\x20%\x7f])/sprintf '%%%02X', ord $1/ge;
    return $text;
}

sub base64 {
    my ($text) = @_;
    my $coded = pack 'u', $text;
    $coded =~ s/^.//mg;
    $coded =~ s/\n//g;
    $coded =~ tr{` -_}{AA-Za-z0-9+/};
    my $rest = (3 - length($text) % 3) % 3;
    substr($coded, -$rest) = '=' x $rest if $rest;
    return $coded;
}

# As `field` in event.sh.
sub field {
    my ($value) = @_;
    return $value eq '' || $value =~ m{[^A-Za-z0-9_./:,@%+~^-]} ? '=' . base64($value) : $value;
}

sub account {
    my ($name, $number) = @_;
    return $name =~ /\A[0-9]+\z/ ? $name : $number // -1;
}

sub type_of {
    my ($raw) = @_;
    return S_ISREG($raw) ? 'f' : S_ISDIR($raw) ? 'd' : S_ISLNK($raw) ? 'l' : 'o';
}

sub read_text {
    my ($file) = @_;
    local $/;
    open my $in, '<', $file or return '';
    return <$in> // '';
}

sub write_list {
    my ($file, $end, @items) = @_;
    open my $out, '>', $file or die "$file: $!\n";
    print $out map { $_ . $end } @items or die "$file: $!\n";
    close $out or die "$file: $!\n";
}

sub read_list {
    my ($file) = @_;
    local $/ = "\0";
    open my $in, '<', $file or return ();
    my @items = <$in>;
    chomp @items;
    return @items;
}

# The lines of a manifest: "f 0644 SHA-256 PATH", "d 0755 - PATH", "l 0777 TARGET PATH", and what is left alone: "i FLAGS EXPRESSION".
sub read_manifest {
    my (@entries, @rules);
    for my $line (@_) {
        my ($type, $mode, $what, $path) = split / /, $line;
        if ($type eq 'i') {
            my $expression = decode($what);
            push @rules, [scalar $mode =~ /!/, scalar $mode =~ m{/}, qr/\A(?:$expression)\z/s];
        } else {
            ($what, $path) = (decode($what), decode($path)) if index($line, '%') >= 0;
            push @entries, { type => $type, mode => oct $mode, what => $what, path => $path };
        }
    }
    return (\@entries, \@rules);
}

sub main_look {
    my ($work, @tree) = @_;
    chomp(my @manifest = <STDIN>);
    return look_at($work, 'tree', \@manifest, undef, @tree);
}

# Leaves what it finds in files of this name. Hashes that a survey has just made are not made again.
sub look_at {
    my ($work, $name, $manifest, $surveyed, $root, $owner, $group, $extras, $number, $shown) = @_;
    my ($entries, $rules) = read_manifest(@$manifest);
    my $there = chdir $root;
    my $uid = account($owner, scalar getpwnam $owner);
    my $gid = account($group, scalar getgrnam $group);
    my %found = (differences => [], actions => [], removals => [], kept => [], copied => [], made => [], folders => [], seen => [], coming => [], way => '');
    my (%gone, %known, @hashed, @same);
    for my $entry (@$entries) {
        my ($type, $path) = @$entry{qw(type path)};
        $known{$path} = $type;
        my @is = !$there || $gone{folder_of($path)} ? () : lstat "./$path";
        my $now = @is ? type_of($is[2]) : '';
        push @{ $found{seen} }, "./$path" if @is;
        if ($now eq $type) {
            $entry->{is} = \@is;
            push @same, $entry;
            push @hashed, $path if $type eq 'f';
            next;
        }
        $gone{$path} = 1 if $type eq 'd';
        push @same, $entry;
        $entry->{now} = $now;
    }
    my $hashes = hashes_of($work, $root, $surveyed, @hashed);
    for my $entry (@same) {
        if (defined $entry->{now}) {
            replace_other(\%found, $entry, $root, $extras, $rules, \%known);
        } else {
            compare_entry(\%found, $entry, $hashes, $uid, $gid, $owner, $group);
        }
    }
    if ($there && $extras eq 'remove') {
        my ($strays) = find_strays('.', \%known, $rules);
        for my $path (@$strays) {
            push @{ $found{differences} }, ["./$path", 'present', 'removed'];
            push @{ $found{removals} }, 'remove ' . encode($path);
            push @{ $found{kept} }, $path;
        }
    }
    return 0 if !@{ $found{differences} };
    tell_found($work, $name, \%found, $number, $shown);
    return 1;
}

# All trees of a survey at once, their files hashed together. Machines in order have thousands of files and nothing to tell of
# them, so lines are compared with what they ought to be, and little is made of them. Those not in order are looked at here as
# well, since all that this needs is at hand.
sub main_survey {
    my ($work, $shown) = @_;
    opendir my $handle, $work or die "$work: $!\n";
    unlink map {"$work/$_"} grep {/\Atree\.[0-9]+\./} readdir $handle;
    my (@trees, @paths, @wanted);
    while (my $line = <STDIN>) {
        chomp $line;
        if (substr($line, 0, 2) eq 't ') { push @trees, { line => substr($line, 2), manifest => [] }; }
        else { push @{ $trees[-1]{manifest} }, $line; }
    }
    for my $tree (@trees) {
        $tree->{first} = @paths;
        $tree->{alike} = look_beside_contents($tree, \@paths, \@wanted);
        $tree->{last} = $#paths;
    }
    write_hashes("$work/tree.survey", @paths);
    my $found = join '', map { read_text("$work/tree.survey.hashes$_") } 0, 1;
    my $hashes = $found eq join('', map {"$wanted[$_]  $paths[$_]\0"} keys @paths) ? undef : read_hashes("$work/tree.survey");
    my @numbers = split / /, read_text("$work/tree.numbers");
    for my $tree (@trees) {
        my $number = int shift @numbers;
        if ($tree->{alike} && !($hashes && grep { ($hashes->{ $paths[$_] } // '') ne $wanted[$_] } $tree->{first} .. $tree->{last})) {
            print "$tree->{line}\n";
            next;
        }
        my ($root, @given) = split / /, $tree->{line};
        $root = decode($root);
        $hashes //= read_hashes("$work/tree.survey");
        look_at($work, "tree.$number", $tree->{manifest}, $hashes, $root, @given[0 .. 2], $number, $shown) if !-l $root;
    }
    return 0;
}

# Whether all but the contents of a tree's files is in order; adds their paths and the hashes that they are to have.
sub look_beside_contents {
    my ($tree, $paths, $wanted) = @_;
    my ($root, $owner, $group, $extras) = split / /, $tree->{line};
    $root = decode($root);
    return if -l $root || !chdir $root;
    my $uid = account($owner, scalar getpwnam $owner);
    my $gid = account($group, scalar getgrnam $group);
    my %raw;
    for my $line (@{ $tree->{manifest} }) {
        my ($type, $mode, $what, $path) = split / /, $line;
        next if $type eq 'i';
        ($what, $path) = (decode($what), decode($path)) if index($line, '%') >= 0;
        my (undef, undef, $is, undef, $user, $its_group) = lstat $path or return;
        return if $is != ($raw{"$type$mode"} //= $formats{$type} | oct $mode) || $user != $uid || $its_group != $gid;
        if ($type eq 'f') {
            push @$paths, "$root/$path";
            push @$wanted, $what;
        } elsif ($type eq 'l') {
            my $target = readlink $path;
            return if !defined $target || $target ne $what;
        }
    }
    return 1 if $extras ne 'remove';
    my ($entries, $rules) = read_manifest(@{ $tree->{manifest} });
    my %known = map { $_->{path} => $_->{type} } @$entries;
    my ($strays) = find_strays('.', \%known, $rules);
    return !@$strays;
}

sub folder_of {
    my ($path) = @_;
    return $path =~ m{\A(.*)/}s ? $1 : $path eq '.' ? '' : '.';
}

sub described {
    my ($entry) = @_;
    return $entry->{type} eq 'f' ? $entry->{what} : $entry->{type} eq 'l' ? "-> $entry->{what}" : 'directory';
}

sub action_for {
    my ($entry) = @_;
    my $mode = sprintf '%04o', $entry->{mode};
    my $word = { d => 'directory', f => 'write', l => 'link' }->{ $entry->{type} };
    return join ' ', $word, $mode, encode($entry->{what}), encode($entry->{path});
}

# Nothing is there, or something of another type.
sub replace_other {
    my ($found, $entry, $root, $extras, $rules, $known) = @_;
    my ($path, $now) = @$entry{qw(path now)};
    push @{ $found->{differences} }, ["./$path", $now eq '' ? '' : $names{$now} // 'other', described($entry)];
    push @{ $found->{actions} }, action_for($entry);
    push @{ $found->{made} }, $path;
    push @{ $found->{coming} }, $path eq '.' ? $root : "$root/$path" if $entry->{type} eq 'd';
    return if $now eq '';
    push @{ $found->{kept} }, $path;
    my $removable = $now ne 'o' && $now ne 'd';
    if ($now eq 'd') {
        my ($strays, $protected) = find_strays($path, $known, $rules);
        $removable = !$protected && ($extras eq 'remove' || !@$strays);
    }
    if (!$removable) {
        $found->{way} = ($names{$now} // 'something that is no file') . " $root/$path" if $found->{way} eq '';
    } elsif ($now eq 'd' || $entry->{type} eq 'd') {
        push @{ $found->{removals} }, 'remove ' . encode($path);
    }
}

sub compare_entry {
    my ($found, $entry, $hashes, $uid, $gid, $owner, $group) = @_;
    my ($type, $path, $is) = @$entry{qw(type path is)};
    my @differences;
    if ($type eq 'f' && ($hashes->{$path} // '') ne $entry->{what}) {
        push @differences, ["./$path", $hashes->{$path} // '', $entry->{what}];
    } elsif ($type eq 'l') {
        my $target = readlink "./$path";
        push @differences, ["./$path", '-> ' . ($target // ''), described($entry)] if ($target // '') ne $entry->{what};
    }
    my $content = @differences;
    if ($type ne 'l' && S_IMODE($is->[2]) != $entry->{mode}) {
        push @differences, ["./$path mode", sprintf('%04o', S_IMODE($is->[2])), sprintf('%04o', $entry->{mode})];
    }
    if ($is->[4] != $uid || $is->[5] != $gid) {
        my $now = (getpwuid($is->[4]) // $is->[4]) . ':' . (getgrgid($is->[5]) // $is->[5]);
        push @differences, ["./$path owner", $now, "$owner:$group"];
    }
    return if !@differences;
    push @{ $found->{differences} }, @differences;
    if ($type eq 'd') {
        push @{ $found->{folders} }, join ' ', sprintf('%04o', S_IMODE($is->[2])), $is->[4], $is->[5], $path;
    } else {
        push @{ $found->{ $content ? 'kept' : 'copied' } }, $path;
    }
    if ($content) {
        push @{ $found->{actions} }, action_for($entry);
    } else {
        push @{ $found->{actions} }, join ' ', 'access', sprintf('%04o', $entry->{mode}), $type, encode($path);
    }
}

# What is there and not declared, whole folders as one; and whether anything below is to be left alone.
sub find_strays {
    my ($folder, $known, $rules) = @_;
    my (@strays, $protected);
    opendir my $handle, "./$folder" or return ([], 1);
    for my $name (sort readdir $handle) {
        next if $name eq '.' || $name eq '..';
        my $path = $folder eq '.' ? $name : "$folder/$name";
        my @is = lstat "./$path" or next;
        my $type = type_of($is[2]);
        my $declared = $known->{$path};
        if (defined $declared) {
            next if $type ne 'd' || $declared ne 'd';
        } elsif (is_ignored($path, $type eq 'd', $rules)) {
            $protected = 1;
            next;
        }
        my ($inner, $inner_protected) = $type eq 'd' ? find_strays($path, $known, $rules) : ([], 0);
        $protected ||= $inner_protected;
        push @strays, defined $declared || $inner_protected ? @$inner : $path;
    }
    return (\@strays, $protected);
}

sub is_ignored {
    my ($path, $folder, $rules) = @_;
    for my $rule (reverse @$rules) {
        my ($negated, $folders, $expression) = @$rule;
        return !$negated if ($folder || !$folders) && $path =~ $expression;
    }
    return 0;
}

# The hashes of files below ROOT, where we are. Those that a survey has hashed just before are not read again.
sub hashes_of {
    my ($work, $root, $known, @paths) = @_;
    my %hashes = map { exists $known->{"$root/$_"} ? ($_ => $known->{"$root/$_"}) : () } @paths;
    write_hashes("$work/tree", map {"./$_"} grep { !exists $hashes{$_} } @paths);
    my $read = read_hashes("$work/tree");
    $hashes{ substr $_, 2 } = $read->{$_} for keys %$read;
    return \%hashes;
}

# Leaves what sha256sum(1) says of these paths, which begin with a slash or a dot, in files that begin with this name. Many are
# hashed by two processes at the same time.
sub write_hashes {
    my ($name, @paths) = @_;
    my $half = @paths > 500 ? int(@paths / 2) : 0;
    my @parts = ([@paths[0 .. $half - 1]], [@paths[$half .. $#paths]]);
    my @children;
    for my $part (0, 1) {
        unlink "$name.hashes$part";
        next if !@{ $parts[$part] };
        write_list("$name.paths$part", "\0", @{ $parts[$part] });
        my $child = fork // die "fork: $!\n";
        if ($child == 0) {
            open STDOUT, '>', "$name.hashes$part" or die "$name.hashes$part: $!\n";
            exec qw(xargs -0 -s 1000000 -a), "$name.paths$part", qw(sha256sum -z --) or die "xargs: $!\n";
        }
        push @children, $child;
    }
    waitpid $_, 0 for @children;
}

sub read_hashes {
    my ($name) = @_;
    return { map { substr($_, 66) => substr($_, 0, 64) } map { read_list("$name.hashes$_") } 0, 1 };
}

sub tell_found {
    my ($work, $name, $found, $number, $shown) = @_;
    my @differences = @{ $found->{differences} };
    write_list("$work/$name.findings", "\n",
        map { my ($aspect, $now, $wanted) = map { field($_) } @$_; "differs $number $aspect $now $wanted" } @differences);
    my @first = @differences > 10 ? @differences[0 .. 9] : @differences;
    write_list("$work/$name.said", "\n", (map {"    $_->[0]: $_->[1] -> $_->[2]"} @first),
        @differences > @first ? '    and ' . (@differences - @first) . ' more' : ());
    write_list("$work/$name.actions", "\n", @{ $found->{removals} }, @{ $found->{actions} });
    write_list("$work/$name.$_", "\0", @{ $found->{$_} }) for qw(kept copied made folders seen);
    write_list("$work/$name.whole", '');
    write_list("$work/$name.coming", "\n", map {"directory $_"} grep { !/\n/ } @{ $found->{coming} });
    write_list("$work/$name.way", '', $found->{way});
    show_texts($work, $number, @differences) if $shown;
}

# The texts that are there now, of the first files that differ.
sub show_texts {
    my ($work, $number, @differences) = @_;
    open my $out, '>>', "$work/shown" or die "$work/shown: $!\n";
    my $count = 0;
    for my $difference (@differences) {
        my ($path, $now, $wanted) = @$difference;
        next if $now !~ /\A[0-9a-f]{64}\z/ || $count >= $shown_texts;
        next if !-f $path || -s _ > $longest_text;
        open my $in, '<', $path or next;
        my $text = do { local $/; <$in> } // '';
        printf $out "shown %s %s =%s\n", $number, field($path), base64($text);
        $count++;
    }
    close $out or die "$work/shown: $!\n";
}

sub main_place {
    my ($run, $run_id, $number, $root, $owner, $group) = @_;
    my $uid = account($owner, scalar getpwnam $owner);
    my $gid = account($group, scalar getgrnam $group);
    die "There is no user $owner or no group $group.\n" if $uid < 0 || $gid < 0;
    # What the survey has found holds no longer.
    unlink "$run/work/tree.survey.hashes$_" for 0, 1;
    my (@folders, @links, @writes, $inside);
    my $place = { run => $run, name => ".proog-$run_id", pack => "$run/blobs/pack-$number", root => $root, uid => $uid, gid => $gid };
    while (my $line = <STDIN>) {
        chomp $line;
        my ($word, $mode, $what, $path) = split / /, $line;
        if ($word eq 'remove') {
            chdir $root or die "$root: $!\n";
            $path = decode($mode);
            system('rm', '-r', '-f', '--one-file-system', '--', "./$path") == 0 or die "$root/$path could not be removed.\n";
            next;
        }
        $path = decode($path);
        if ($path eq '.' && $word eq 'directory') { mkdir $root, 0700 or $!{EEXIST} or die "$root: $!\n"; }
        if (!$inside) { chdir $root or die "$root: $!\n"; }
        $inside = 1;
        if ($word eq 'directory') {
            $path eq '.' or mkdir "./$path", 0700 or die "$root/$path: $!\n";
            push @folders, [oct $mode, $path];
        } elsif ($word eq 'write' || $word eq 'link') {
            push @writes, [$word, oct $mode, $what, $path];
            push @links, "./$path" if $word eq 'link';
        } elsif ($what eq 'd') {
            push @folders, [oct $mode, $path];
        } elsif ($what eq 'l') {
            push @links, "./$path";
        } else {
            die "$root/$path is no longer a file.\n" if -l "./$path";
            chown $uid, $gid, "./$path" and chmod oct $mode, "./$path" or die "$root/$path: $!\n";
        }
    }
    place_all($place, @writes) or return 1;
    if (@links) {
        write_list("$run/work/tree.links", "\0", @links);
        system('xargs', '-0', '-a', "$run/work/tree.links", 'chown', '--no-dereference', '--', "$uid:$gid") == 0 or return 1;
    }
    # The innermost first: one that is closed lets nobody in.
    for (reverse @folders) {
        my ($mode, $path) = @$_;
        chown $uid, $gid, "./$path" and chmod $mode, "./$path" or die "$root/$path: $!\n";
    }
    return 0;
}

# Many are written by two processes at the same time, each in folders of its own.
sub place_all {
    my ($place, @writes) = @_;
    my $half = @writes > 500 ? int(@writes / 2) : @writes;
    $half++ while $half < @writes && folder_of($writes[$half][3]) eq folder_of($writes[ $half - 1 ][3]);
    my @later = splice @writes, $half;
    my %later = map { folder_of($_->[3]) => 1 } @later;
    # Where they do not stand folder by folder, one process has to do.
    if (grep { $later{ folder_of($_->[3]) } } @writes) { push @writes, splice @later; }
    my $child = @later ? fork // die "fork: $!\n" : 0;
    if (@later && $child == 0) {
        place_each($place, 'temporary-beside', @later);
        exit 0;
    }
    my $well = eval { place_each($place, 'temporary', @writes); 1 };
    my $why = $@;
    waitpid $child, 0 if $child;
    die $why if !$well;
    return !$child || $? == 0;
}

# In NOTED stands what a run that is killed was just writing: the next one removes it.
sub place_each {
    my ($place, $noted, @writes) = @_;
    my $root = $place->{root};
    my $pack = open_pack($place->{pack});
    my $temporary = '';
    for (@writes) {
        my ($word, $mode, $what, $path) = @$_;
        my $beside = folder_of($path) . "/$place->{name}";
        if ($temporary ne $beside) {
            write_list("$place->{run}/$noted", '', "$root/$beside");
            $temporary = $beside;
            unlink "./$temporary";
        }
        if ($word eq 'write') { write_file($pack, $what, "./$temporary", $mode, $place->{uid}, $place->{gid}, "$root/$path"); }
        else { symlink decode($what), "./$temporary" or die "$root/$path: $!\n"; }
        put_in_place("./$temporary", $path, $root);
    }
}

# The contents that were sent: lines "SHA-256 SIZE", an empty line, and the contents in this order. There is none where only
# permissions are wrong.
sub open_pack {
    my ($file) = @_;
    my %pack = (places => {});
    open $pack{in}, '<', $file or return \%pack;
    my @sizes;
    while (my $line = readline $pack{in}) {
        chomp $line;
        last if $line eq '';
        push @sizes, [split / /, $line];
    }
    my $place = tell $pack{in};
    for (@sizes) {
        my ($hash, $size) = @$_;
        $pack{places}{$hash} = [$place, $size];
        $place += $size;
    }
    return \%pack;
}

sub write_file {
    my ($pack, $hash, $temporary, $mode, $uid, $gid, $name) = @_;
    my $found = $pack->{places}{$hash} or die "The content of $name was not sent, since it was in order when the plan was made: apply again.\n";
    my ($place, $rest) = @$found;
    # Each change of an inode takes its time, and what is root's own and nobody else's needs none.
    my $plain = $uid == 0 && $gid == 0 && $mode < 01000;
    my $umask = umask 0;
    sysopen my $out, $temporary, O_WRONLY | O_CREAT | O_EXCL, $plain ? $mode : 0600 or die "$name: $!\n";
    umask $umask;
    my $fail = sub { my $why = $!; unlink $temporary; die "$name: $why\n" };
    sysseek $pack->{in}, $place, 0 or $fail->();
    while ($rest > 0) {
        my $count = sysread $pack->{in}, my $chunk, $rest < 1 << 20 ? $rest : 1 << 20;
        if (!$count) {
            $! = 5 if defined $count;
            $fail->();
        }
        for (my $written = 0; $written < $count;) {
            my $more = syswrite $out, $chunk, $count - $written, $written;
            $fail->() if !defined $more;
            $written += $more;
        }
        $rest -= $count;
    }
    # A folder may hand on its group, and a list of access.
    my @is = stat $out;
    if (!$plain || $is[5] != 0 || S_IMODE($is[2]) != $mode) { chown $uid, $gid, $out and chmod $mode, $out or $fail->(); }
    close $out or $fail->();
}

sub put_in_place {
    my ($temporary, $path, $root) = @_;
    return if rename $temporary, "./$path";
    my $why = $!;
    unlink $temporary;
    die "$root/$path: $why\n";
}

# What another file takes the place of gets a second name in the backup. Exits with 1 where that cannot be done for all.
sub main_keep {
    my ($found, $root, $backup) = @_;
    my @kept = read_list("$found.kept");
    my %folders = ('.' => 1);
    chdir $root or return 1;
    for my $path (@kept) {
        return 1 if !lstat "./$path" || -d _;
        my $folder = folder_of($path);
        my @missing;
        for (; !$folders{$folder}; $folder = folder_of($folder)) {
            unshift @missing, $folder;
            $folders{$folder} = 1;
        }
        for (@missing) { mkdir "$backup/files/$_", 0700 or return 1; }
        link "./$path", "$backup/files/$path" or return 1;
    }
    # The innermost first: what is put into a folder changes its time.
    for (sort { length $b <=> length $a } keys %folders) {
        my @is = lstat "./$_" or return 1;
        my $copy = "$backup/files/$_";
        chown $is[4], $is[5], $copy and chmod S_IMODE($is[2]), $copy and utime $is[8], $is[9], $copy or return 1;
    }
    return 0;
}

# All paths that the backup is about, as they are now.
sub main_list {
    my ($found, $root, $backup) = @_;
    my @folders = map { (split / /, $_, 4)[3] } read_list("$backup/folders");
    my %whole = map { $_ => 1 } read_list("$backup/whole"), read_list("$backup/kept");
    my @paths = (sort(keys %whole), grep { !$whole{$_} } read_list("$backup/made"));
    my $there = chdir $root;
    my (@kept, @made, @now);
    for my $path (@paths) {
        my @is = $there ? lstat "./$path" : ();
        my @was = lstat "$backup/files/$path";
        # What is put back as another type, or was not there, is taken away first when this is undone.
        push @made, $path if !@is || $whole{$path} && type_of($is[2]) ne type_of($was[2]);
        next if !@is;
        # A folder that was made is not kept with all that came into it since: it goes only when it is empty.
        if (S_ISDIR($is[2]) && !$whole{$path}) { push @now, folder_line($path, @is); }
        else { push @kept, $path; }
    }
    for my $path (@folders) {
        my @is = $there ? lstat "./$path" : ();
        if (@is) { push @now, folder_line($path, @is); }
        else { push @made, $path; }
    }
    write_list("$found.kept", "\0", @kept);
    write_list("$found.copied", '');
    # What holds others comes before them.
    write_list("$found.made", "\0", sort @made);
    write_list("$found.folders", "\0", @now);
    write_list("$found.whole", "\0", keys %whole);
    return 0;
}

sub main_print {
    my ($work, $root, $backup, $surveyed) = @_;
    my %paths = map { $_ => 1 } (map { (split / /, $_, 4)[3] } read_list("$backup/folders")),
        map { read_list("$backup/$_") } qw(kept made whole);
    my $there = chdir $root;
    my (@lines, @hashed);
    for my $path (sort keys %paths) {
        my @is = $there ? lstat "./$path" : ();
        my $target = @is && S_ISLNK($is[2]) ? readlink "./$path" : '';
        push @lines, join ' ', @is ? (@is[2, 4, 5]) : 'absent', encode($target), encode($path);
        push @hashed, $path if @is && S_ISREG($is[2]);
    }
    my $hashes = hashes_of($work, $root, $surveyed ? read_hashes("$work/tree.survey") : {}, @hashed);
    print map {"$_\n"} @lines, map {"$hashes->{$_} " . encode($_)} sort keys %$hashes;
    return 0;
}

sub folder_line {
    my ($path, @is) = @_;
    return join ' ', sprintf('%04o', S_IMODE($is[2])), $is[4], $is[5], $path;
}

sub main_back {
    my ($root, $backup) = @_;
    my $status = 0;
    if (chdir $root) {
        my %whole = map { $_ => 1 } read_list("$backup/whole"), read_list("$backup/kept");
        for my $path (reverse read_list("$backup/made")) {
            next if !lstat "./$path" || $path eq '.';
            if (!-d _) { unlink "./$path" or die "$root/$path: $!\n"; }
            elsif ($whole{$path}) { system('rm', '-r', '-f', '--one-file-system', '--', "./$path") == 0 or return 1; }
            elsif (!rmdir "./$path") { print "$root/$path holds what was made since, so it stays.\n"; }
        }
        chdir '/';
        rmdir $root if grep { $_ eq '.' } read_list("$backup/made");
    }
    my @folders = read_list("$backup/folders");
    for (sort { length $a <=> length $b } @folders) {
        my ($mode, $uid, $gid, $path) = split / /, $_, 4;
        mkdir "$root/$path", 0700 if !lstat "$root/$path";
    }
    if (-d "$backup/files") {
        mkdir $root, 0700;
        system('cp', '-a', '--remove-destination', '--', "$backup/files/.", $root) == 0 or $status = 1;
    }
    for (@folders) {
        my ($mode, $uid, $gid, $path) = split / /, $_, 4;
        chown $uid, $gid, "$root/$path" and chmod oct $mode, "$root/$path" or $status = 1;
    }
    return $status;
}
