# Puts files, directories and links in place, in this order, and keeps what was there: many by one process.
#   RUN-FOLDER RUN COUNT <RECORDS
# Each of so many records is NUMBER BACKUP VERB PATH MODE OWNER GROUP WHAT VALIDATE and a dot, each with a zero byte behind it:
#   write      a file with the content of the blob WHAT, if the command VALIDATE takes it
#   access     only mode, owner and group
#   directory  a directory
#   link       a link to WHAT
#   remove     a file, a link, or a directory that is empty
#   sweep      a directory with all that is in it
# At the first one that fails it says why, and ends with the place of that one, from 1, as its status. What it was just writing
# is still there then, and its name is in the file "temporary" of the run's folder.
use strict;
use warnings;
# Names may end in one.
no warnings 'newline';
use Fcntl qw(:mode O_WRONLY O_CREAT O_EXCL);

my ($run, $run_id, $count) = @ARGV;
my $noted = '';
my %verbs = (write => \&place_file, access => \&place_access, directory => \&place_directory, link => \&place_link,
    remove => \&place_remove, sweep => \&place_sweep);

$| = 1;
my @records = map { read_record() } 1 .. $count;
# What it starts has no input.
open STDIN, '<', '/dev/null' or die "/dev/null: $!\n";
for my $place (1 .. $count) {
    next if eval { place_one(@{ $records[$place - 1] }); 1 };
    print $@;
    exit $place;
}
exit 0;

# Empty where it was cut short when it was written.
sub read_record {
    local $/ = "\0";
    my @record = map { scalar <STDIN> } 1 .. 10;
    return [] if !defined $record[9] || $record[9] ne ".\0";
    chop @record;
    return \@record;
}

sub place_one {
    my (undef, $backup, $verb, @rest) = @_;
    die "What is to be done could not be written down.\n" if !defined $verb || !$verbs{$verb};
    $verbs{$verb}->($backup, @rest);
    return;
}

sub fail {
    my ($path) = @_;
    die "$path: $!\n";
}

sub place_file {
    my ($backup, $path, $mode, $owner, $group, $blob, $validate) = @_;
    my ($uid, $gid) = accounts($owner, $group);
    my $temporary = temporary_beside($path);
    write_file("$run/blobs/$blob", $temporary, oct $mode, $uid, $gid, $path);
    if ($validate ne '') {
        system('sh', '-c', $validate, 'sh', $temporary) == 0 or die "The new content was refused by: $validate\n";
    }
    keep($path, $backup, 'replaced');
    rename $temporary, $path or fail($path);
    return;
}

sub place_access {
    my ($backup, $path, $mode, $owner, $group) = @_;
    my ($uid, $gid) = accounts($owner, $group);
    keep($path, $backup);
    give_access($path, oct $mode, $uid, $gid);
}

sub place_directory {
    my ($backup, $path, $mode, $owner, $group) = @_;
    my ($uid, $gid) = accounts($owner, $group);
    keep($path, $backup);
    -d $path or mkdir $path, 0700 or fail($path);
    give_access($path, oct $mode, $uid, $gid);
}

# A link cannot be changed in place: a new one is renamed over it.
sub place_link {
    my ($backup, $path, undef, undef, undef, $target) = @_;
    my $temporary = temporary_beside($path);
    symlink $target, $temporary or fail($path);
    keep($path, $backup, 'replaced');
    rename $temporary, $path or fail($path);
    return;
}

sub place_remove {
    my ($backup, $path) = @_;
    my @is = lstat $path or return;
    keep($path, $backup, 'replaced');
    (S_ISDIR($is[2]) ? rmdir $path : unlink $path) or fail($path);
}

sub place_sweep {
    my ($backup, $path) = @_;
    lstat $path or return;
    system('cp', '-a', '--one-file-system', '--', $path, "$backup.copy") == 0 or die "$path could not be copied.\n";
    write_text("$backup.path", "$path\0");
    system('rm', '-r', '--one-file-system', '--', $path) == 0 or die "$path could not be removed.\n";
}

# keep PATH BACKUP [REPLACED]: as `keep` in path.sh. What another one takes the place of need not be copied where it can have
# a second name.
sub keep {
    my ($path, $backup, $replaced) = @_;
    my @is = lstat $path;
    if (!@is) {
        write_text("$backup.absent", '');
    } elsif (S_ISDIR($is[2])) {
        write_text("$backup.directory", sprintf "%04o %d %d\n", S_IMODE($is[2]), @is[4, 5]);
    } elsif (!$replaced || !link $path, "$backup.copy") {
        system('cp', '-a', '--', $path, "$backup.copy") == 0 or die "$path could not be copied.\n";
    }
    write_text("$backup.path", "$path\0");
}

sub write_text {
    my ($path, $text) = @_;
    open my $out, '>', $path or fail($path);
    print {$out} $text or fail($path);
    close $out or fail($path);
}

sub temporary_beside {
    my ($path) = @_;
    my ($folder) = $path =~ m{\A(.*/)}s;
    my $temporary = "$folder.proog-$run_id";
    write_text("$run/temporary", $temporary) if $noted ne $temporary;
    $noted = $temporary;
    unlink $temporary;
    return $temporary;
}

sub write_file {
    my ($blob, $temporary, $mode, $uid, $gid, $name) = @_;
    open my $in, '<', $blob or die "Its content was not sent, since it was in order when the plan was made: apply again.\n";
    sysopen my $out, $temporary, O_WRONLY | O_CREAT | O_EXCL, 0600 or fail($name);
    copy_all($in, $out, $name);
    close $out or fail($name);
    give_access($temporary, $mode, $uid, $gid, $name);
}

sub copy_all {
    my ($in, $out, $name) = @_;
    while (1) {
        my $count = sysread $in, my $chunk, 1 << 20;
        fail($name) if !defined $count;
        return if $count == 0;
        for (my $written = 0; $written < $count;) {
            my $more = syswrite $out, $chunk, $count - $written, $written;
            fail($name) if !defined $more;
            $written += $more;
        }
    }
}

sub give_access {
    my ($path, $mode, $uid, $gid, $name) = @_;
    chown $uid, $gid, $path and chmod $mode, $path or fail($name // $path);
}

# By name, or by number.
sub accounts {
    my ($owner, $group) = @_;
    my $uid = $owner =~ /\A[0-9]+\z/ ? $owner : getpwnam $owner;
    defined $uid or die "There is no user $owner.\n";
    my $gid = $group =~ /\A[0-9]+\z/ ? $group : getgrnam $group;
    defined $gid or die "There is no group $group.\n";
    return ($uid, $gid);
}
