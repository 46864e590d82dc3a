using System.Security.Cryptography;
using System.Text;

namespace FewShotAD.Domain.Tenancy;

/// <summary>
/// A secret of 256 random bits that is shown once. Only its SHA-256 is kept: a slow hash would protect a guessable secret, and
/// this is none.
/// </summary>
public static class SecretToken
{
    public const int HashLength = 64;

    private const int SecretBytes = 32;

    /// <summary>Letters, digits, “-” and “_”: it may stand in an address.</summary>
    public static string Create() =>
        Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
