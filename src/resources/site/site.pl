# The files of a release: thousands, so a shell would need a process for each.
#   look WORK TO BASE <MANIFEST      which contents are not there yet: WORK/site.needs; prints "FILES BYTES BEFORE CHANGED NEW GONE"
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

# The files of a release that are as they were put there: by hash, where one is; and what it held, by path.
sub read_base {
    my ($to, $base) = @_;
    my (%places, %held);
    return (\%places, \%held) if $base eq '' || !open my $in, '<', "$to/.proog/$base";
    while (my $line = <$in>) {
        chomp $line;
        my ($type, $bits, $hash, $size, $time, $path) = split / /, $line;
        $held{$path} = "$bits $hash";
        my $place = "$to/releases/$base/" . decode($path);
        my @is = lstat $place or next;
        next if !S_ISREG($is[2]) || $is[4] != 0 || $is[7] != $size || $is[9] != $time;
        next if S_IMODE($is[2]) != oct $bits;
        $places{"$bits $hash"} = $place;
    }
    return (\%places, \%held);
}

sub main_look {
    my ($work, $to, $base) = @_;
    my ($places, $held) = read_base($to, $base);
    my $before = keys %$held;
    my ($files, $bytes, $changed, $new) = (0, 0, 0, 0);
    my (%needs, %all);
    while (my $line = <STDIN>) {
        next if substr($line, 0, 1) ne 'f';
        chomp $line;
        my (undef, $bits, $hash, $size, $path) = split / /, $line;
        my $wanted = "$bits $hash";
        $files++;
        $bytes += $size;
        my $was = delete $held->{$path};
        if (!defined $was) { $new++; }
        elsif ($was ne $wanted) { $changed++; }
        $all{$hash} = 1;
        $needs{$hash} = 1 if !exists $places->{$wanted};
    }
    my @needs = sort keys %needs;
    open my $out, '>', "$work/site.needs" or die "$work/site.needs: $!\n";
    print $out @needs == keys %all ? (@needs ? 'all' : '') : join ' ', @needs or die "$work/site.needs: $!\n";
    close $out or die "$work/site.needs: $!\n";
    my $gone = keys %$held;
    print "$files $bytes $before $changed $new $gone\n";
    return 0;
}

sub main_place {
    my ($to, $release, $base, $file, $uid, $gid, $how, $time) = @_;
    my ($places) = read_base($to, $base);
    my $pack = open_pack($file);
    my $root = "$to/releases/$release";
    my (@folders, @links, $record);
    $record = '';
    # Until all is there nobody but root comes in: who owns a folder could have us write elsewhere.
    umask 022;
    mkdir $root, 0700 or die "$root: $!\n";
    chdir $root or die "$root: $!\n";
    while (my $line = <STDIN>) {
        chomp $line;
        my ($type, @words) = split / /, $line;
        my $path = decode($words[-1]);
        if ($type eq 'd') {
            mkdir "./$path", 0755 or die "$root/$path: $!\n";
            push @folders, $path;
        } elsif ($type eq 'l') {
            symlink decode($words[0]), "./$path" or die "$root/$path: $!\n";
        } else {
            my ($bits, $hash, $size) = @words;
            my $there = $places->{"$bits $hash"};
            my $its_time = $time;
            if (defined $there && $how eq 'link' && link $there, "./$path") {
                $its_time = (lstat "./$path")[9];
            } else {
                my ($in, $place) = defined $there ? open_there($there) : open_packed($pack, $hash, "$root/$path");
                write_file($in, $place, $size, "./$path", oct $bits, "$root/$path");
                utime $time, $time, "./$path" or die "$root/$path: $!\n";
                chown $uid, $gid, "./$path" or die "$root/$path: $!\n" if $how eq 'own';
            }
            $record .= "f $bits $hash $size $its_time $words[-1]\n" if $how ne 'own';
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

# The contents that were sent: lines "SHA-256 SIZE", an empty line, and the contents in this order.
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
        $pack{places}{$hash} = $place;
        $place += $size;
    }
    return \%pack;
}

sub open_there {
    my ($there) = @_;
    sysopen my $in, $there, O_RDONLY | O_NOFOLLOW or die "$there: $!\n";
    return ($in, 0);
}

sub open_packed {
    my ($pack, $hash, $name) = @_;
    my $place = $pack->{places}{$hash} // die "The content of $name was not sent, since it was there when the plan was made: apply again.\n";
    return ($pack->{in}, $place);
}

sub write_file {
    my ($in, $place, $rest, $path, $bits, $name) = @_;
    sysopen my $out, $path, O_WRONLY | O_CREAT | O_EXCL, $bits or die "$name: $!\n";
    sysseek $in, $place, 0 or die "$name: $!\n";
    while ($rest > 0) {
        my $count = sysread $in, my $chunk, $rest < 1 << 20 ? $rest : 1 << 20;
        if (!$count) { die "$name: " . (defined $count ? 'it was cut short' : $!) . "\n"; }
        for (my $written = 0; $written < $count;) {
            my $more = syswrite $out, $chunk, $count - $written, $written;
            defined $more or die "$name: $!\n";
            $written += $more;
        }
        $rest -= $count;
    }
    close $out or die "$name: $!\n";
}
