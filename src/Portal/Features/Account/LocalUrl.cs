namespace FewShotAD.Portal.Features.Account;

public static class LocalUrl
{
    /// <summary>
    /// An address to return to, unless it could lead to another host ("//host", "/\host", "https:…"; browsers drop tabs and
    /// line breaks, so "/⇥/host" is the first of these).
    /// </summary>
    public static string Or(string? url, string otherwise) =>
        url is ['/'] || (url is ['/', var second, ..] && second is not ('/' or '\\') && !url.Any(char.IsControl)) ? url : otherwise;
}
