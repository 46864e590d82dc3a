namespace FewShotAD.Domain.Common;

/// <summary>Tells a file that could not be written for lack of room, which passes, from any other fault of a file.</summary>
public static class FullDisk
{
    // ENOSPC and EDQUOT of Linux, and what Windows says for the same.
    private static readonly int[] NoSpace = [28, 122, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    public static bool Is(Exception exception) => exception is IOException && NoSpace.Contains(exception.HResult);
}
