using FewShotAD.Domain.Notices;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FewShotAD.Infrastructure.Persistence.Configurations;

internal sealed class NoticeConfiguration : IEntityTypeConfiguration<Notice>
{
    public void Configure(EntityTypeBuilder<Notice> builder)
    {
        builder.ToTable("Notices");
        builder.HasKey(notice => new { notice.TenantId, notice.Id });
        builder.Property(notice => notice.Name).HasMaxLength(Notice.NameMaxLength);
        builder.Property(notice => notice.Detail).HasMaxLength(Notice.DetailMaxLength);
        builder.HasIndex(notice => new { notice.TenantId, notice.At }); // what is new is asked for all the time
        builder.HasIndex(notice => notice.At); // the sweep looks at all teams'
        builder.HasOne<Tenant>().WithMany().HasForeignKey(notice => notice.TenantId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Project>().WithMany().HasForeignKey(notice => new { notice.TenantId, notice.ProjectId }).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class NoticeReadConfiguration : IEntityTypeConfiguration<NoticeRead>
{
    public void Configure(EntityTypeBuilder<NoticeRead> builder)
    {
        builder.ToTable("NoticeReads");
        builder.HasKey(read => new { read.TenantId, read.UserId, read.NoticeId });
        builder.HasOne<Notice>().WithMany().HasForeignKey(read => new { read.TenantId, read.NoticeId }).OnDelete(DeleteBehavior.Cascade);
    }
}
