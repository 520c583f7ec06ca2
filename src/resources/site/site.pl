# The files of a release: thousands, so a shell would need a process for each.
#   look NAME TO BASE <MANIFEST      which contents are not there yet, in the file NAME.needs; prints "FILES BYTES BEFORE CHANGED NEW GONE"
#   place TO RELEASE BASE PACK UID GID HOW TIME <MANIFEST
# BASE is a release whose files can be had again, or empty. HOW is link, copy or own, for files of the user. A manifest has lines
# "d PATH", "f MODE SHA-256 SIZE PATH" and "l TARGET PATH"; bytes that a word cannot hold are written %0A.
#
# TO/.proog/RELEASE tells what was put there: lines "f MODE SHA-256 SIZE MTIME PATH". A file that is still root's, and of that size
# and time, was written by nobody since: neither the user nor a build can write into it.
use strict;
use warnings;
# Names may end in one.
no warnings 'newline';
use Fcntl qw(:mode O_RDONLY O_WRONLY O_CREAT O_EXCL O_NOFOLLOW);

my ($mode, @given) = @ARGV;
exit main->can("main_$mode")->(@given);

sub decode {
    my ($word) = @_;
    $word =~ s/%([0-9A-F]{2})/chr hex $1/ge if index($word, '%') >= 0;
    return $word;
}

# What a release was made of: by path, as words of the manifest, "MODE SHA-256 SIZE MTIME".
sub read_record {
    my ($to, $base) = @_;
    my %held;
    return \%held if $base eq '' || !open my $in, '<', "$to/.proog/$base";
    while (my $line = <$in>) {
        chomp $line;
        my $path = rindex $line, ' ';
        $held{ substr $line, $path + 1 } = substr $line, 2, $path - 2;
    }
    return \%held;
}

# Whether a file is as it was put there.
sub is_pristine {
    my ($place, $bits, $size, $time) = @_;
    my (undef, undef, $raw, undef, $uid, undef, undef, $its_size, undef, $its_time) = lstat $place or return 0;
    return S_ISREG($raw) && $uid == 0 && $its_size == $size && $its_time == $time && S_IMODE($raw) == oct $bits;
}

# find_pristine …: a file of the base with this content that nobody has written into: its path as a word, its time and its mode; nothing
# where there is none. The same path comes first.
sub find_pristine {
    my ($root, $held, $index, $bits, $hash, $size, $path) = @_;
    my $was = $held->{$path};
    my $wanted = "$bits $hash $size ";
    if (defined $was && index($was, $wanted) == 0) {
        my $time = substr $was, length $wanted;
        return ($path, $time, $bits) if is_pristine("$root/" . decode($path), $bits, $size, $time);
    }
    if (!%$index) {
        for my $its_path (sort keys %$held) { $index->{ (split / /, $held->{$its_path}, 3)[1] } = $its_path; }
        $index->{''} = '';
    }
    my $from = $index->{$hash} // return ();
    my ($its_bits, undef, undef, $time) = split / /, $held->{$from};
    return is_pristine("$root/" . decode($from), $its_bits, $size, $time) ? ($from, $time, $its_bits) : ();
}

sub main_look {
    my ($name, $to, $base) = @_;
    my $held = read_record($to, $base);
    my $root = "$to/releases/$base";
    my ($files, $bytes, $changed, $kept) = (0, 0, 0, 0);
    my (%needs, %index);
    while (my $line = <STDIN>) {
        next if substr($line, 0, 1) ne 'f';
        chomp $line;
        my (undef, $bits, $hash, $size, $path) = split / /, $line;
        $files++;
        $bytes += $size;
        my $was = $held->{$path};
        if (defined $was) {
            $kept++;
            $changed++ if index($was, "$bits $hash ") != 0;
        }
        my ($from) = find_pristine($root, $held, \%index, $bits, $hash, $size, $path);
        $needs{$hash} = 1 if !defined $from;
    }
    my @needs = sort keys %needs;
    open my $out, '>', "$name.needs" or die "$name.needs: $!\n";
    print $out ($base eq '' && @needs ? 'all' : join ' ', @needs) . "\n" or die "$name.needs: $!\n";
    close $out or die "$name.needs: $!\n";
    my $before = keys %$held;
    print join(' ', $files, $bytes, $before, $changed, $files - $kept, $before - $kept), "\n";
    return 0;
}

sub main_place {
    my ($to, $release, $base, $file, $uid, $gid, $how, $now) = @_;
    my $held = read_record($to, $base);
    my $pack = open_pack($file);
    my $root = "$to/releases/$release";
    my $old = "$to/releases/$base";
    my (@folders, %index, %written, $record);
    $record = '';
    # Until all is there nobody but root comes in: who owns a folder could have us write elsewhere.
    umask 022;
    mkdir $root, 0700 or die "$root: $!\n";
    chdir $root or die "$root: $!\n";
    while (my $line = <STDIN>) {
        chomp $line;
        my ($type, @words) = split / /, $line;
        my $word = $words[-1];
        my $path = decode($word);
        if ($type eq 'd') {
            mkdir "./$path", 0755 or die "$root/$path: $!\n";
            push @folders, $path;
        } elsif ($type eq 'l') {
            symlink decode($words[0]), "./$path" or die "$root/$path: $!\n";
        } else {
            my ($bits, $hash, $size) = @words;
            my ($from, $time, $its_bits) = find_pristine($old, $held, \%index, $bits, $hash, $size, $word);
            my $there = defined $from ? "$old/" . decode($from) : $written{$hash};
            if (!defined $from || $how ne 'link' || $its_bits ne $bits || !link $there, "./$path") {
                my $in = defined $there ? open_there($there) : find_packed($pack, $hash, "$root/$path");
                write_file($in, $size, "./$path", oct $bits, "$root/$path");
                $time = $now;
                utime $time, $time, "./$path" or die "$root/$path: $!\n";
                if ($how eq 'own') { chown $uid, $gid, "./$path" or die "$root/$path: $!\n"; }
            }
            $written{$hash} = "./$path";
            $record .= "f $bits $hash $size $time $word\n" if $how ne 'own';
        }
    }
    write_record("$to/.proog/$release", $record);
    for (reverse @folders) { chown $uid, $gid, "./$_" or die "$root/$_: $!\n"; }
    return 0;
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
    my $opened = -e "$file.gz" ? open $pack{in}, '-|', 'gzip', '-dc', '--', "$file.gz" : open $pack{in}, '<', $file;
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
    sysopen my $in, $there, O_RDONLY | O_NOFOLLOW or die "$there: $!\n";
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

sub write_file {
    my ($in, $size, $path, $bits, $name) = @_;
    sysopen my $out, $path, O_WRONLY | O_CREAT | O_EXCL, $bits or die "$name: $!\n";
    read_parts($in, $size, $name, sub {
        my ($part) = @_;
        for (my $written = 0; $written < length $part;) {
            my $more = syswrite $out, $part, length($part) - $written, $written;
            defined $more or die "$name: $!\n";
            $written += $more;
        }
    });
    close $out or die "$name: $!\n";
}
