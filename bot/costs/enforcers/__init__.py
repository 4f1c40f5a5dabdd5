"""What ends or denies something in AWS: guarded, one thing at a time, told by what AWS says afterwards."""
